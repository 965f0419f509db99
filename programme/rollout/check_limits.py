"""Checks a rollout against its limits: shares nothing with the search."""

from collections import Counter
from collections.abc import Iterator

import networkx as nx

from programme.rollout.problem import Purse, RolloutProblem, Starts

CENT = 100
"""Money is counted in whole hundredths, so that sums are exact."""


def list_broken(problem: RolloutProblem, starts: Starts) -> Iterator[str]:
    """Yield every limit that a choice breaks: its name and the year or place."""
    for number, place in enumerate(problem.places):
        start = starts.get(number)
        if start is None:
            is_due = place.since is not None and place.since <= problem.years[-1]
            if is_due and number not in problem.begun:
                yield f"pin {place.code}"
        elif (
            number in problem.begun
            or start not in problem.years
            or (start < place.not_before if place.since is None else start != place.since)
        ):
            yield f"year {place.code}"
    begun = Counter(starts.values())
    trained = seats = 0
    for year in problem.years:
        if problem.most_models is not None and begun[year] > problem.most_models[year]:
            yield f"models {year}"
        trained += sum(problem.places[k].trainees for k, start in starts.items() if start == year)
        seats += 0 if problem.seats is None else problem.seats[year]
        if problem.seats is not None and trained > seats:
            yield f"training {year}"
    if problem.purses is not None and not _is_paid(problem, problem.purses, starts):
        yield "money"


def _is_paid(problem: RolloutProblem, purses: tuple[Purse, ...], starts: Starts) -> bool:
    """Whether the purses pay for everything: a flow from purses to what each year costs."""
    graph: nx.DiGraph[object] = nx.DiGraph()
    graph.add_nodes_from(("from", "to"))
    for number, purse in enumerate(purses):
        graph.add_edge("from", number, capacity=int(purse.amount_vnd * CENT))
    asked = 0
    for year in problem.years:
        own = [problem.places[k] for k, start in starts.items() if start == year]
        for what, amount in (
            ("model", sum(round(place.cost_vnd * CENT) for place in own)),
            ("training", sum(round(place.training_vnd * CENT) for place in own)),
        ):
            asked += amount
            graph.add_edge((year, what), "to", capacity=amount)
            for number, purse in enumerate(purses):
                allowed = purse.is_for_models if what == "model" else purse.is_for_training
                if allowed and purse.first_year <= year <= purse.last_year:
                    graph.add_edge(number, (year, what))
    return bool(nx.maximum_flow_value(graph, "from", "to") >= asked)
