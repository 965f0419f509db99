"""Composes batches from the stock: which copies go together, for which libraries.

Libraries that asked for the same languages and audiences form a **kind**; each batch is composed
for one kind. The value of a batch is the uses a month that a mean library of its kind would make
of it in its first month, Σ λ · (1 − exp(−n ÷ ν)), as in the rotation's own objective. It is
concave in the books n of each category, so that the batches of a kind share each category evenly
and the choice is an integer flow: titles of the same number of copies → kinds → books.
"""

from collections import defaultdict
from itertools import pairwise

from ortools.math_opt.python import mathopt

from province.errors import InfeasibleError
from province.ids import CategoryId
from province.language import Message, message
from province.settings import ComposeSettings
from province.stock import StockTitle
from rotation.compose.problem import (
    Class,
    Classes,
    ComposedBatch,
    ComposePlan,
    ComposeProblem,
    Flows,
    LibraryKind,
)
from rotation.compose.share import share_out
from search.rounding import reach_share

GAP = 1e-6
"""Relative gap at which the flow counts as solved."""

SPARE = 3
"""Suiting books kept in hand per batch: sharing them evenly may lose two to rounding."""


def lendable(title: StockTitle, rules: ComposeSettings) -> int:
    """Return how many copies of a title may travel: the copies rule, and no rare book."""
    if title.is_rare:
        return 0
    if title.is_for_rotation:
        return title.copies
    return max(0, title.copies - rules.left_behind) if title.copies >= rules.min_copies else 0


def compose_batches(problem: ComposeProblem) -> ComposePlan:
    """Return the batches of greatest value.

    Raises
    ------
    InfeasibleError
        If the stock cannot fill the batches, or not with enough books that suit their libraries.
    """
    classes: dict[Class, list[int]] = defaultdict(list)
    for i, title in enumerate(problem.titles):
        if copies := lendable(title, problem.rules):
            classes[title.category_id, copies].append(i)
    books_max = problem.rules.books_max
    bound = _solve(problem, classes, books_max, is_relaxed=True)[1]
    while True:
        flows, _ = _solve(problem, classes, books_max)
        batches = share_out(problem, classes, flows)
        over = max((len(batch.boxes) for batch in batches), default=0) - problem.rules.max_boxes
        if over <= 0:
            break
        books_max = max(sum(batch.copies.values()) for batch in batches)
        books_max -= over * max(1, problem.service.books_per_box // 4)
    objective = sum(value_of(problem, batch) for batch in batches)
    return ComposePlan(
        batches, objective, bound, max(0.0, 1 - objective / bound) if bound else 0.0,
        _count_unused(problem),
    )  # fmt: skip


def value_of(problem: ComposeProblem, batch: ComposedBatch) -> float:
    """Return the uses a month that a mean library of its kind makes of a batch when it is new."""
    books: dict[CategoryId, int] = defaultdict(int)
    for title, copies in batch.copies.items():
        books[problem.titles[title].category_id] += copies
    demand = problem.kinds[batch.kind].demand
    return sum(
        demand.get(category, 0.0) * float(reach_share(n, problem.half))
        for category, n in books.items()
    )


def _solve(
    problem: ComposeProblem, classes: Classes, books_max: int, *, is_relaxed: bool = False
) -> tuple[Flows, float]:
    """Return the copies that each kind takes of each class of titles, and the value.

    A kind's batches share a category evenly, so the value of its books is linear between multiples
    of the number of batches: one segment for each book more in every batch. Relaxed, the value is
    an upper bound.
    """
    model = mathopt.Model()
    gains: list[mathopt.LinearBase] = []
    taken: dict[tuple[int, Class], mathopt.Variable] = {}
    for k, kind in enumerate(problem.kinds):
        for key, titles in classes.items():
            most = len(titles) * problem.rules.copies_per_batch * kind.batches
            taken[k, key] = model.add_variable(lb=0, ub=most, is_integer=not is_relaxed)
        own = {key: taken[k, key] for key in classes}
        spare = 0 if is_relaxed else SPARE
        _count_books(model, problem, kind, own, books_max, spare=spare)
        gains += _value_books(model, problem, kind, own)
    for key, titles in classes.items():
        users = [taken[k, key] for k in range(len(problem.kinds))]
        model.add_linear_constraint(mathopt.fast_sum(users) <= key[1] * len(titles))
    model.maximize(mathopt.fast_sum(gains))
    answer = mathopt.solve(
        model,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(relative_gap_tolerance=GAP, random_seed=1),
    )
    if not answer.has_primal_feasible_solution():
        raise InfeasibleError(*_say_infeasible(problem, classes))
    values = answer.variable_values()
    flows = {key: round(values[variable]) for key, variable in taken.items()}
    return flows, answer.termination.objective_bounds.dual_bound


Taken = dict[Class, mathopt.Variable]


def _count_books(
    model: mathopt.Model,
    problem: ComposeProblem,
    kind: LibraryKind,
    taken: Taken,
    books_max: int,
    *,
    spare: int,
) -> None:
    """Hold a kind's batches between fewest and most books, half of them suiting."""
    books = mathopt.fast_sum(taken.values())
    suiting = mathopt.fast_sum(v for key, v in taken.items() if key[0] in kind.suits)
    model.add_linear_constraint(books >= problem.rules.books_min * kind.batches)
    model.add_linear_constraint(books <= books_max * kind.batches)
    rounding = spare * kind.batches if kind.batches > 1 else 0
    model.add_linear_constraint(2 * suiting >= books + rounding)


def _value_books(
    model: mathopt.Model, problem: ComposeProblem, kind: LibraryKind, taken: Taken
) -> list[mathopt.LinearBase]:
    """Return the terms of the objective: what the books of each category bring to a kind."""
    terms: list[mathopt.LinearBase] = []
    for category in sorted({category for category, _ in taken}):
        own = mathopt.fast_sum(v for key, v in taken.items() if key[0] == category)
        demand = kind.demand.get(category, 0.0)
        reached = reach_share(range(problem.rules.books_max + 1), problem.half).tolist()
        steps = [demand * (b - a) for a, b in pairwise(reached)]
        parts = [model.add_variable(lb=0, ub=kind.batches) for _ in steps]
        terms += [gain * part for gain, part in zip(steps, parts, strict=True)]
        model.add_linear_constraint(own == mathopt.fast_sum(parts))
    return terms


def _count_unused(problem: ComposeProblem) -> dict[str, int]:
    """Return how many titles the rules keep at home, by reason."""
    rules = problem.rules
    rare = sum(title.is_rare for title in problem.titles)
    few = sum(not title.is_rare and not lendable(title, rules) for title in problem.titles)
    return {"rare": rare, "too_few_copies": few}


def _say_infeasible(problem: ComposeProblem, classes: Classes) -> tuple[Message, ...]:
    copies = sum(key[1] * len(titles) for key, titles in classes.items())
    batches = sum(kind.batches for kind in problem.kinds)
    return (
        message(
            "{batches} batches of at least {books} books cannot be composed: {copies} copies "
            "may travel",
            batches=batches,
            books=problem.rules.books_min,
            copies=copies,
        ),
        message(
            "ask for fewer batches, or loosen books_min, min_copies or left_behind in province.toml"
        ),
    )
