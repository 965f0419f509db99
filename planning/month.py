"""Plans one month: rotation, visits, trips, and back to the rotation with what was learnt."""

import dataclasses
from dataclasses import dataclass

from planning.deliveries import count_totals, list_deliveries
from planning.feasible import check_month_can_work
from planning.fix_trial import Finished
from planning.fixes import add_fixes
from planning.plan import PLAN_FORMAT, Plan
from planning.visits import list_visits
from province.dates import Month
from province.digest import digest_facts
from province.errors import InfeasibleError
from province.facts import Province
from province.ids import SiteId
from province.language import Message, message
from province.progress import Progress, ignore_progress
from province.visits import Movement, Task, Visit
from rotation.build import build_rotation_problem
from rotation.problem import RotationPlan, RotationProblem, Stay
from rotation.solve import solve_rotation
from rotation.verify import verify_rotation
from routing.build import build_trip_problem
from routing.last_mile import find_last_miles
from routing.problem import TripProblem
from routing.reach import estimate_reach, measure_access_min
from routing.roads.travel import Roads, build_roads
from routing.solve import plan_trips
from routing.trips import NO_FIX, TripPlan
from routing.verify import verify_trips

FEEDBACK_ROUNDS = 1
FEEDBACK_EFFORT = 0.25  # share of the effort spent on a second proposal
ROTATION_SHARE, TRIPS_SHARE = 0.45, 0.95


@dataclass(frozen=True, slots=True)
class Proposal:
    """One rotation with the trips that carry it."""

    problem: RotationProblem
    rotation: RotationPlan
    asked: tuple[Movement, ...]
    visits: tuple[Visit, ...]
    trip_problem: TripProblem
    trips: TripPlan


def plan_month(
    province: Province,
    month: Month,
    *,
    seed: int = 0,
    work: float = 1.0,
    last_stays: tuple[Stay, ...] = (),
    progress: Progress = ignore_progress,
) -> Plan:
    """Plan a month of a province: which batch goes where, and who drives it when.

    Where exchanges turn out to be impossible to serve, the rotation is asked once more without
    them, and the better of the two proposals is kept.

    Parameters
    ----------
    seed, work
        Same facts, seed and work give the same plan; `work` 1.0 is the usual effort.
    last_stays
        Stays of last month's plan, which the rotation does not change without need.

    Raises
    ------
    InfeasibleError
        If nothing at all can be done in the month; it says which rules clash.
    """
    roads = build_roads(province)
    months = tuple(month.plus(k) for k in range(province.settings.rotation.horizon_months))
    reach = estimate_reach(province, months, roads)
    access = measure_access_min(province, roads, month.first_day)
    check_month_can_work(province, month, reach)
    best: Proposal | None = None
    for round_number in range(1 + FEEDBACK_ROUNDS):
        effort = work if round_number == 0 else work * FEEDBACK_EFFORT
        problem = build_rotation_problem(
            province, month, reach=reach, access_min=access, last_stays=last_stays
        )
        found = _propose(province, month, roads, problem, access, seed, effort, progress)
        if best is None or found.trips.objective < best.trips.objective:
            best = found
        lost = _list_hopeless(found, month)
        if not lost or round_number == FEEDBACK_ROUNDS:
            break
        reach = dataclasses.replace(reach, max_boxes=reach.max_boxes | dict.fromkeys(lost, 0))
    assert best is not None
    finished = Finished(month, best.asked, access, best.trips)
    trips = add_fixes(province, roads, finished, best.visits)
    best = dataclasses.replace(best, trips=trips)
    if best.visits and not best.trips.trips:
        raise InfeasibleError(
            message("not one visit of {month} can be served", month=str(month)),
            *(unserved.reason for unserved in best.trips.unserved[:5]),
            *(unserved.fix for unserved in best.trips.unserved[:5] if unserved.fix != NO_FIX),
        )
    return _finish(province, month, roads, best, seed, work)


def _propose(
    province: Province,
    month: Month,
    roads: Roads,
    problem: RotationProblem,
    access: dict[SiteId, float],
    seed: int,
    work: float,
    progress: Progress,
) -> Proposal:
    def rotation_progress(what: Message, share: float) -> None:
        progress(what, ROTATION_SHARE * share)

    def trips_progress(what: Message, share: float) -> None:
        progress(what, ROTATION_SHARE + (TRIPS_SHARE - ROTATION_SHARE) * share)

    rotation = solve_rotation(problem, seed=seed, work=work, progress=rotation_progress)
    asked = tuple(move for move in rotation.movements if move.month == month)
    last_miles = find_last_miles(province, month, roads)
    visits = list_visits(province, month, asked, access_min=access, last_miles=last_miles)
    trip_problem = build_trip_problem(province, month, visits, roads)
    trips = plan_trips(trip_problem, seed=seed, work=work, progress=trips_progress)
    return Proposal(problem, rotation, asked, visits, trip_problem, trips)


def _list_hopeless(proposal: Proposal, month: Month) -> list[tuple[SiteId, Month]]:
    """Return the libraries whose exchange of this month no trip could serve."""
    missed = {unserved.visit_id for unserved in proposal.trips.unserved}
    return [
        (visit.receiver_id, month)
        for visit in proposal.visits
        if visit.visit_id in missed and Task.EXCHANGE in visit.tasks
    ]


def _finish(
    province: Province, month: Month, roads: Roads, best: Proposal, seed: int, work: float
) -> Plan:
    violations = (
        *verify_rotation(best.problem, best.rotation),
        *verify_trips(province, roads, best.trip_problem, best.trips),
    )
    return Plan(
        format=PLAN_FORMAT,
        province_code=province.settings.province.code,
        province_name=province.settings.province.name,
        month=month,
        facts_digest=digest_facts(province),
        seed=seed,
        work=work,
        rotation=best.rotation,
        asked=best.asked,
        visits=best.visits,
        trips=best.trips,
        deliveries=list_deliveries(province, best.rotation, best.asked, best.trips),
        totals=count_totals(best.visits, best.trips),
        violations=violations,
        has_schematic_roads=province.has_schematic_roads,
    )
