"""What is planned as one, a proposal for it, and what that is worth."""

import dataclasses
from dataclasses import dataclass

from planning.survey import Survey
from province.ids import SiteId
from province.visits import Movement, Reach, Visit
from rotation.lns.search import Solution
from rotation.problem import RotationPlan, RotationProblem, Stay
from routing.problem import TripProblem
from routing.trips import TripPlan

INTERRUPTED = "interrupted"
"""The status of what Ctrl-C ended."""


@dataclass(frozen=True, slots=True)
class JointProblem:
    """What every proposal for a month stands on.

    Parameters
    ----------
    estimate
        What travelling says about libraries, prices of exchanges estimated.
    last_stays
        Stays of last month's plan, which the rotation does not change without need.
    minutes
        Minutes by the clock for which proposals and trips go on, beyond what `work` gives them; 0:
        only that, so that the plan can be repeated.
    """

    survey: Survey
    estimate: Reach
    last_stays: tuple[Stay, ...] = ()
    seed: int = 0
    work: float = 1.0
    minutes: float = 0.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """One rotation with the trips that carry it.

    `asked` are the movements of the month, and those that are due although the rotation gives them
    up; `late` the sites that leave this month and are not visited before their last day.
    """

    problem: RotationProblem
    rotation: RotationPlan
    found: Solution
    asked: tuple[Movement, ...]
    visits: tuple[Visit, ...]
    trip_problem: TripProblem
    trips: TripPlan
    late: frozenset[SiteId] = frozenset()


def interrupt(proposal: Proposal) -> Proposal:
    """Return a proposal as the one at which Ctrl-C ended the search."""
    trips = dataclasses.replace(proposal.trips, status=INTERRUPTED)
    return dataclasses.replace(proposal, trips=trips)


def measure_points(proposal: Proposal, reach: Reach) -> float:
    """Return the joint objective: points of the rotation, with the money of the real trips.

    The trips of the first month count what they cost and what they leave out; the exchanges of
    later months count the prices of `reach`.
    """
    return add_points(proposal.problem, proposal.rotation, proposal.trips.objective, reach)


def add_points(
    problem: RotationProblem, rotation: RotationPlan, trips_vnd: float, reach: Reach
) -> float:
    """Return the joint objective of a rotation and of trips that count some money."""
    spent = _price_later(problem, rotation, reach) + trips_vnd
    return rotation.objective - dict(rotation.wishes)["money"] - count_points(problem, spent)


def count_points(problem: RotationProblem, money: float) -> float:
    """Return the points of the rotation that some money counts."""
    return problem.rules.uses_per_million / 1e6 * money


def _price_later(problem: RotationProblem, rotation: RotationPlan, reach: Reach) -> float:
    """Return what the exchange visits of later months cost at some prices, in money."""
    homes = {batch.batch_id: batch.depot_id for batch in problem.batches}
    ends = [
        (site, move.month, homes[move.batch_id])
        for move in rotation.movements
        for site in (move.from_site, move.to_site)
        if move.month != problem.months[0] and site not in problem.depots
    ]
    visits = {(site, month) for site, month, _ in ends}
    return sum(reach.price(*visit) for visit in visits) + sum(reach.extra(*end) for end in ends) / 2
