"""A year of Sơn La, month after month: as `plan` does it, and in other ways.

``python -m benchmarks.joint_year --first 2026-12 --months 13 --work 0.2``

Each month is planned, goes as planned, and leaves its batches where the next month begins. All ways
are measured alike: uses and wishes by one scorer over the whole year, money by the trips.
"""

import dataclasses
import json
import resource
from dataclasses import dataclass

import click

from benchmarks.son_la_year import FOLDER, read_problem
from commands.options import parse_month
from planning.figures import count_books_delivered
from planning.joint.month import plan_month
from planning.joint.rounds import ROUNDS
from planning.past.promises import list_promises
from planning.plan import Plan
from province.dates import Month
from province.facts import Province
from province.ids import EntryId, TripId
from province.journal import EntryType, LedgerEntry, list_stays
from province.read import read_province
from rotation.instance.instance import build_instance
from rotation.instance.score import Scorer
from rotation.problem import IndexStay, RotationProblem, Schedule, Stay

MORE_WORK = 2.0
"""Effort of one after the other against that of both as one, so that both take about as long."""


@dataclass(frozen=True, slots=True)
class Way:
    """How months are planned.

    Parameters
    ----------
    rounds
        Proposals (`planning.joint.month.plan_month`); 0: one after the other.
    more
        Effort, as a multiple.
    is_rolling
        Whether each month goes on from what the one before announced.
    """

    rounds: int
    more: float
    is_rolling: bool


WAYS = {
    "rolling": Way(ROUNDS, 1.0, True),
    "forgetting": Way(ROUNDS, 1.0, False),
    "one after the other": Way(0, MORE_WORK, True),
}


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """What one month does.

    Parameters
    ----------
    promised, kept, dates_kept
        Stays that the month before announced; those planned still; and those at whose library a
        batch, maybe another one, comes in the month announced.
    """

    month: str
    exchanges: int
    sessions: int
    not_served: int
    trips: int
    nights: int
    km: float
    cost_million: float
    books: int
    promised: int
    kept: int
    dates_kept: int


@dataclass(frozen=True, slots=True)
class Year:
    """What a year brings and costs; `objective` is the joint one, in points."""

    uses: float
    exchanges: int
    sessions: int
    not_served: int
    km: float
    cost_million: float
    objective: float
    promised: int
    kept: int
    dates_kept: int
    process_s: float
    months: tuple[MonthFigures, ...]


def run_year(
    province: Province, first: Month, *, months: int, way: Way, work: float, seed: int
) -> Year:
    """Return the figures of months that are planned so one after the other and go as planned."""
    begun, now, plans = _process_s(), province, list[Plan]()
    lived: list[MonthFigures] = []
    for k in range(months):
        month = first.plus(k)
        announced = plans[-1].rotation.stays if plans and way.is_rolling else ()
        announced = list_promises(announced, now, month, month)
        plan = plan_month(
            now,
            month,
            rounds=way.rounds,
            work=work * way.more,
            seed=seed,
            last_stays=announced,
            has_fixes=False,
        )
        if plan.violations:
            raise click.ClickException(f"{month}: {plan.violations[0]}")
        plans.append(plan)
        lived.append(_measure_month(plan, announced))
        now = dataclasses.replace(now, journal=(*now.journal, *list_moves(plan)))
        click.echo(f"  {lived[-1]}, {_process_s() - begun:.0f} s", err=True)
    return measure_year(province, now, first, plans, tuple(lived), _process_s() - begun)


def _measure_month(plan: Plan, announced: tuple[Stay, ...]) -> MonthFigures:
    totals, promises = plan.totals, plan.promises
    promised = [stay for stay in announced if stay.first_month >= plan.month]
    comes = {(stay.site_id, stay.first_month) for stay in plan.rotation.stays}
    return MonthFigures(
        str(plan.month),
        totals.exchanges_served,
        totals.sessions_served,
        len(plan.trips.unserved),
        totals.trips,
        totals.nights,
        round(totals.length_km),
        round(totals.cost_vnd / 1e6, 1),
        count_books_delivered(plan),
        promises.made if promises else 0,
        promises.kept if promises else 0,
        sum((stay.site_id, stay.first_month) in comes for stay in promised),
    )


def list_moves(plan: Plan) -> tuple[LedgerEntry, ...]:
    """Return what the ledger says when a month went as planned."""
    return tuple(
        LedgerEntry(
            EntryId(f"{plan.month}/{number:03d}"),
            one.day,
            EntryType.MOVED,
            one.batch_id,
            one.from_site,
            one.to_site,
            one.books,
            one.boxes,
            TripId(one.trip_id),
            EntryId(""),
            "",
        )
        for number, one in enumerate(plan.deliveries)
        if one.day is not None
    )


def measure_year(
    before: Province,
    after: Province,
    first: Month,
    plans: list[Plan],
    lived: tuple[MonthFigures, ...],
    process_s: float,
) -> Year:
    """Return the figures of a year that is over."""
    problem, _ = read_problem(look_ahead(before, len(plans)), first)
    score = Scorer(build_instance(problem)).score(read_ledger(after, problem))
    wishes = score.uses + score.equity + score.freshness + score.visits + score.chains
    rate = problem.rules.uses_per_million / 1e6
    return Year(
        round(score.uses),
        sum(plan.totals.exchanges_served for plan in plans),
        sum(plan.totals.sessions_served for plan in plans),
        sum(len(plan.trips.unserved) for plan in plans),
        round(sum(plan.totals.length_km for plan in plans)),
        round(sum(plan.totals.cost_vnd for plan in plans) / 1e6, 1),
        round(wishes - rate * sum(plan.trips.objective for plan in plans), 1),
        sum(month.promised for month in lived),
        sum(month.kept for month in lived),
        sum(month.dates_kept for month in lived),
        round(process_s),
        lived,
    )


def look_ahead(province: Province, months: int) -> Province:
    """Return the province with a horizon of some months."""
    rules = province.settings.rotation.model_copy(update={"horizon_months": months})
    settings = province.settings.model_copy(update={"rotation": rules})
    return dataclasses.replace(province, settings=settings)


def read_ledger(province: Province, problem: RotationProblem) -> Schedule:
    """Return the stays of the horizon as the ledger tells them."""
    library_at = {library.site_id: p for p, library in enumerate(problem.libraries)}
    first, end = problem.months[0], len(problem.months)
    stays: list[list[IndexStay]] = [[] for _ in problem.batches]
    batch_at = {batch.batch_id: b for b, batch in enumerate(problem.batches)}
    for stay in list_stays(province.journal):
        begun = Month.of(stay.first_day).months_since(first)
        left = Month.of(stay.last_day).months_since(first) if stay.last_day else end
        if stay.site_id in library_at and left >= 0 and (left > begun or begun < 0):
            b, p = batch_at[stay.batch_id], library_at[stay.site_id]
            stays[b].append(IndexStay(b, p, begun, min(left, end)))
    return tuple(tuple(sorted(own, key=lambda stay: stay.first)) for own in stays)


def _process_s() -> float:
    """Return the seconds of processor time of this process and of those it waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


@click.command()
@click.option("--first", default="2027-01", show_default=True, help="First month of the year.")
@click.option("--months", default=12, show_default=True, help="How many, at most the horizon.")
@click.option("--work", default=0.1, show_default=True, help="Effort of a month.")
@click.option("--seed", default=0, show_default=True)
@click.option("--way", type=click.Choice([*WAYS]), help="Only this way.")
def main(first: str, months: int, work: float, seed: int, way: str | None) -> None:
    """Print the figures of the year for each way."""
    province = read_province(FOLDER)
    for name, how in WAYS.items():
        if way in (None, name):
            click.echo(name, err=True)
            begin = parse_month(first)
            year = run_year(province, begin, months=months, way=how, work=work, seed=seed)
            click.echo(json.dumps({"way": name} | dataclasses.asdict(year)))


if __name__ == "__main__":
    main()
