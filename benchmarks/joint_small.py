"""Small months planned as one, against every choice of batches with the best trips for each.

``python -m benchmarks.joint_small --cases 60 --work 0.3``

A case is a part of Sơn La drawn at random: three or four libraries, four or five batches, some of
them standing there, one or two vehicles on three days, and a horizon of one month. Every rotation
that keeps the rules is tried, each with trips proved to be the best, but for those that would be
worth less than the best even if their trips cost only what a bound by arithmetic says
(`benchmarks.joint_bound`); what is worth most together is held against what
`planning.joint.rounds` finds. A rule that would force an exchange is waived where the exchange
costs too much: so all are tried at the prices estimated and at those that the plan learnt.
"""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import inf

import click

from benchmarks.joint_bound import bound_trips_vnd
from benchmarks.son_la_year import FOLDER
from planning.joint.overdue import list_overdue
from planning.joint.proposal import JointProblem, add_points, measure_points
from planning.joint.rounds import plan_jointly
from planning.survey import Survey, survey_province
from province.dates import DateSpan, Month
from province.errors import InfeasibleError
from province.facts import Province
from province.ids import EntryId, TripId
from province.journal import EntryType, LedgerEntry
from province.read import read_province
from province.visits import Reach, Visit
from rotation.checks.rules import verify_rotation
from rotation.instance.arrays import list_arrays
from rotation.instance.instance import NOWHERE, RotationInstance, build_instance
from rotation.instance.score import Score, Scorer, has_ring
from rotation.lagrangian.subgradient import Bound, Descent
from rotation.lns.params import SMALLEST_DEBT
from rotation.lns.search import Solution
from rotation.problem import IndexStay, RotationPlan, RotationProblem, Schedule
from rotation.solve.solve import make_plan
from routing.problem import TripProblem
from routing.solver.solve import plan_trips
from routing.trips import TripPlan

MONTH = Month(2026, 12)
LAST_DAY = date(2026, 12, 3)
SAME = 1e-3
"""Points in which two joint objectives may differ and count as equal."""


@dataclass(slots=True)
class Case:
    """A small month, and the best trips of every set of visits seen so far."""

    survey: Survey
    given: JointProblem
    known: dict[tuple[Visit, ...], tuple[TripProblem, TripPlan]] = field(default_factory=dict)
    unproved: int = 0

    def find_trips(self, visits: tuple[Visit, ...]) -> tuple[TripProblem, TripPlan]:
        """Return the best trips for visits; whether that is proved is counted."""
        if visits not in self.known:
            problem = self.survey.pose_trips(visits)
            trips = plan_trips(problem, work=self.given.work, is_draft=True)
            self.unproved += trips.status != "optimal"
            self.known[visits] = problem, trips
        return self.known[visits]


def draw_province(province: Province, chance: random.Random) -> Province:
    """Return a part of a province: few libraries without sessions, few batches, three days."""
    libraries = chance.sample(
        [s for s in province.sites if s.takes_rotation and s.is_enrolled_in(MONTH)],
        chance.randint(3, 4),
    )
    batches = chance.sample(province.batches, chance.randint(4, 5))
    fleet = chance.sample(province.fleet, chance.randint(1, 2))
    away = (DateSpan(LAST_DAY + timedelta(days=1), MONTH.last_day),)
    standing = chance.sample(batches, chance.randint(1, 3))
    journal = [
        LedgerEntry(
            EntryId(f"drawn/{k}"),
            MONTH.first_day - timedelta(days=chance.randint(40, 130)),
            EntryType.MOVED,
            batch.batch_id,
            batch.depot_id,
            site.site_id,
            batch.books,
            batch.boxes,
            TripId(""),
            EntryId(""),
            "",
        )
        for k, (batch, site) in enumerate(zip(standing, libraries, strict=False))
    ]
    kept = {site.site_id for site in libraries} | {depot.site_id for depot in province.depots}
    rules = province.settings.rotation.model_copy(
        update={"horizon_months": 1, "max_empty_months": 12}
    )
    return replace(
        province,
        settings=province.settings.model_copy(update={"rotation": rules}),
        sites=tuple(
            replace(site, sessions_per_month=0, handover_site=None)
            for site in province.sites
            if site.site_id in kept or site.lodging_beds
        ),
        batches=tuple(sorted(batches, key=lambda batch: batch.batch_id)),
        vehicles=tuple(
            replace(car, unavailable=away)
            for car in province.vehicles
            if car.vehicle_id in {one.vehicle_id for one in fleet}
        ),
        loans=tuple(one for one in province.loans if one.site_id in kept),
        titles=tuple(
            one for one in province.titles if one.batch_id in {b.batch_id for b in batches}
        ),
        requests=tuple(one for one in province.requests if one.site_id in kept),
        kits=(),
        results=(),
        journal=tuple(sorted(journal, key=lambda entry: (entry.day, entry.entry_id))),
    )


def list_schedules(instance: RotationInstance) -> Iterator[Schedule]:
    """Yield every schedule of the one month in which each stay is allowed on its own."""
    batches, libraries = instance.value.shape[:2]
    choices: list[list[tuple[IndexStay, ...]]] = []
    for b in range(batches):
        new: list[tuple[IndexStay, ...]] = [()]
        new += [(stay,) for p in range(libraries) if instance.allows(stay := IndexStay(b, p, 0, 1))]
        place, first = int(instance.run_library[b]), int(instance.run_first[b])
        if place == NOWHERE:
            choices.append(new)
            continue
        goes, stands = IndexStay(b, place, first, 0), IndexStay(b, place, first, 1)
        ways = [(goes, *own) for own in new] if instance.allows(goes) else []
        choices.append([*ways, *([(stands,)] if instance.allows(stands) else [])])
    yield from itertools.product(*choices)


def rank_schedules(instance: RotationInstance) -> list[tuple[Score, Schedule]]:
    """Return the schedules without debts or rings, those worth most without money first."""
    scorer, found = Scorer(instance), list[tuple[Score, Schedule]]()
    for schedule in list_schedules(instance):
        score = scorer.score(schedule)
        if score.debts <= SMALLEST_DEBT and not has_ring(schedule):
            found.append((score, schedule))
    return sorted(found, key=lambda one: one[0].money - one[0].points)


@dataclass(frozen=True, slots=True)
class Choice:
    """A rotation, the visits it asks for, and the most that it may be worth with any trips."""

    rotation: RotationPlan
    visits: tuple[Visit, ...]
    most: float


def list_choices(case: Case, problem: RotationProblem) -> list[Choice]:
    """Return the rotations that keep every rule, those that may be worth most first."""
    instance, survey = build_instance(problem), case.survey
    descent = Descent(list_arrays(instance))
    bound = Bound(inf, descent.prices, descent.best.guide)
    found: list[Choice] = []
    least_vnd: dict[tuple[Visit, ...], float] = {}
    for score, schedule in rank_schedules(instance):
        solution = Solution(schedule, score.points, bound, "feasible")
        rotation = make_plan(instance, solution, score, seed=0, work=0.0)
        if verify_rotation(problem, rotation):
            continue
        asked = (*rotation.movements, *list_overdue(problem, rotation.movements))
        visits = survey.list_visits(asked)
        if visits not in least_vnd:
            least_vnd[visits] = bound_trips_vnd(survey.pose_trips(visits))
        most = add_points(problem, rotation, least_vnd[visits], survey.reach)
        found.append(Choice(rotation, visits, most))
    return sorted(found, key=lambda choice: -choice.most)


def find_best(case: Case, reach: Reach) -> tuple[float, int]:
    """Return the most that rotation and trips are worth together, and how many were tried.

    A rotation is left out where it is worth no more than the best even with trips for the money
    that none can count less than (`benchmarks.joint_bound`).

    Parameters
    ----------
    reach
        What exchanges cost where it is asked whether one costs too much to be forced by a rule.
        What is found counts the prices of the survey, whatever they are here.
    """
    survey, best, tried = case.survey, -inf, 0
    problem = survey.pose_rotation(reach)
    for choice in list_choices(case, problem):
        if choice.most < best:
            break
        _, trips = case.find_trips(choice.visits)
        points = add_points(problem, choice.rotation, trips.objective, survey.reach)
        best, tried = max(best, points), tried + 1
    return best, tried


@click.command()
@click.option("--cases", default=60, show_default=True, help="How many are drawn.")
@click.option("--first", default=0, show_default=True, help="Number of the first one.")
@click.option("--work", default=0.3, show_default=True, help="Effort of each month.")
@click.option("--seed", default=0, show_default=True, help="Seed of chance.")
def main(cases: int, first: int, work: float, seed: int) -> None:
    """Print each case and, at last, in how many the joint plan is the best there is."""
    province, same = read_province(FOLDER), 0
    for number in range(first, first + cases):
        chance = random.Random(seed * 1000 + number)
        survey = survey_province(draw_province(province, chance), MONTH)
        given = JointProblem(survey, survey.reach, work=work)
        case = Case(survey, given)
        found, reaches = -inf, [survey.reach]
        try:
            planned = plan_jointly(given).best
            found = measure_points(planned, survey.reach)
            if planned.problem.reach != survey.reach:
                reaches.append(planned.problem.reach)
        except InfeasibleError:
            pass  # then nothing is to be found by trying everything, either
        tries = [find_best(case, reach) for reach in reaches]
        best, tried = max(best for best, _ in tries), sum(count for _, count in tries)
        same += found == best or abs(found - best) <= SAME
        click.echo(
            f"{number}: {found:.3f} of {best:.3f}, {tried} rotations, {len(case.known)} months of "
            f"trips, {case.unproved} not proved"
        )
    click.echo(f"{same} of {cases} are the best there is")


if __name__ == "__main__":
    main()
