"""Random disturbances of a planned month, replanned; every answer checked, some searched longer.

``python -m benchmarks.disturb FOLDER --month 2026-12 --count 40 --times 20 --json``

A disturbance shuts a road that trips drive, takes a vehicle or a crew out, or closes a site that is
visited, from a random moment of the month on. With `--times` the same is replanned once more with
so many times the effort, and the objectives (costs of change included) are set side by side.
"""

import dataclasses
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click

from commands.options import parse_month
from planning.past.read import read_plans
from planning.plan import Plan
from planning.replan.moment import Moment
from planning.replan.pose_rest import Allowed
from planning.replan.replan import replan_month
from province.agenda import CalendarEntry, EntryEffect, EntryKind
from province.dates import DateSpan
from province.errors import InfeasibleError
from province.facts import Province
from province.ids import ClosureId, SiteId
from province.read import read_province
from province.roads import Closure, ClosureEffect

LONGEST_DAYS = 8
KINDS = ("road", "vehicle", "crew", "site")


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What happens: the facts from then on, the moment, and in words."""

    province: Province
    moment: Moment
    words: str


def draw_disturbance(province: Province, plan: Plan, rng: random.Random) -> Disturbance:
    """Return something that happens on a day of the month, at night or by day."""
    days = list(plan.month.days())
    day = rng.choice(days[:-2])
    minute = rng.choice([0, 0, rng.randrange(420, 960)])
    last = min(day + timedelta(days=rng.randrange(LONGEST_DAYS)), days[-1])
    kind = rng.choice(KINDS)
    changed, what = _disturb(province, plan, rng, kind, DateSpan(day, last))
    words = f"{kind} {what} {day} to {last}"
    return Disturbance(changed, Moment(day, minute), f"{words}, from {Moment(day, minute)}")


def _disturb(
    province: Province, plan: Plan, rng: random.Random, kind: str, span: DateSpan
) -> tuple[Province, str]:
    trips = plan.all_trips
    if kind == "road":
        legs = [leg for trip in trips for _, leg in trip.legs() if leg.segments]
        segment = rng.choice(rng.choice(legs).segments)[0]
        return close_segment(province, segment, span), str(segment)
    trip = rng.choice(trips)
    if kind == "vehicle":
        car = province.vehicle_by_id[trip.vehicle_id]
        out = dataclasses.replace(car, unavailable=(*car.unavailable, span))
        vehicles = tuple(out if one is car else one for one in province.vehicles)
        return dataclasses.replace(province, vehicles=vehicles), str(car.vehicle_id)
    if kind == "crew":
        crew = province.crew_by_id[trip.crew_id]
        off = dataclasses.replace(crew, days_off=(*crew.days_off, span))
        crews = tuple(off if one is crew else one for one in province.crews)
        return dataclasses.replace(province, crews=crews), str(crew.crew_id)
    site = rng.choice([stop.receiver_id for trip in trips for stop in trip.stops])
    return close_site(province, site, span), str(site)


def close_site(province: Province, site: SiteId, span: DateSpan) -> Province:
    """Return the facts with a site that is shut on some days."""
    days = len(list(span.days()))
    entry = CalendarEntry(
        "disturbed", EntryKind.EVENT, "", "", span.first, days, None, None, site,
        EntryEffect.CLOSED, "",
    )  # fmt: skip
    return dataclasses.replace(province, calendar=(*province.calendar, entry))


def close_segment(province: Province, segment: str, span: DateSpan) -> Province:
    """Return the facts with a segment that is shut on some days."""
    known = next(one for one in province.segments if one.segment_id == segment)
    closure = Closure(
        closure_id=ClosureId("disturbed"),
        segment_id=known.segment_id,
        ref="",
        km_from=None,
        km_to=None,
        commune_code=None,
        first_day=span.first,
        last_day=span.last,
        from_minute=0,
        to_minute=1440,
        effect=ClosureEffect.SHUT,
        reason="",
        source="",
    )
    return dataclasses.replace(province, closures=(*province.closures, closure))


@dataclass(slots=True)
class Answer:
    """What came of a disturbance.

    Parameters
    ----------
    moved, lost
        Visits that are otherwise than announced, and not made any more.
    dearer
        The objective over that of the same with more effort; None where that was not asked.
    broken
        Rules that a trip under way cannot keep.
    faults
        What checkers found.
    """

    words: str
    seconds: float = 0.0
    cpu_s: float = 0.0
    moved: int = 0
    lost: int = 0
    rerouted: int = 0
    broken: int = 0
    objective: float = 0.0
    dearer: float | None = None
    faults: tuple[str, ...] = ()


def answer(
    one: Disturbance, plans: tuple[Plan, ...], plan: Plan, allow: Allowed, work: float, times: float
) -> Answer:
    """Return what replanning makes of a disturbance."""
    told = Answer(one.words)
    begun, cpu = time.perf_counter(), time.process_time()
    try:
        new = replan_month(
            one.province, plans, plan, one.moment, allow=allow, work=work, has_fixes=False
        )
    except InfeasibleError as error:
        told.faults = tuple(str(text) for text in error.reasons)
        return told
    told.seconds, told.cpu_s = time.perf_counter() - begun, time.process_time() - cpu
    if new is None or new.replanned is None:
        return told
    changes = new.replanned.changes
    told.moved, told.lost = len(changes), sum("lost" in change.kinds for change in changes)
    told.rerouted, told.objective = len(new.replanned.rerouted), new.trips.objective
    told.faults = tuple(f"{v.where}: {v.sentence}" for v in new.violations)
    told.broken = len(new.replanned.broken)
    if times:
        effort = work * times
        longer = replan_month(
            one.province, plans, plan, one.moment, allow=allow, work=effort, has_fixes=False
        )
        if longer is not None and longer.trips.objective:
            told.dearer = new.trips.objective / longer.trips.objective
    return told


def run(
    folder: Path, month: str, count: int, seed: int, allow: Allowed, work: float, times: float
) -> Iterator[Answer]:
    """Yield the answer to each of some disturbances."""
    province, wanted = read_province(folder), parse_month(month)
    plans = read_plans(folder, province, until=wanted)
    plan = next(one for one in plans if one.month == wanted)
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        yield answer(draw_disturbance(province, plan, rng), plans, plan, allow, work, times)


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--month", required=True)
@click.option("--count", default=40)
@click.option("--seed", default=0)
@click.option("--allow", default="move", type=click.Choice(("fill", "move", "all")))
@click.option("--work", default=1.0)
@click.option("--times", default=0.0, help="effort of a second replan, in times of the first")
@click.option("--json", "as_json", is_flag=True)
def main(
    folder: Path,
    month: str,
    count: int,
    seed: int,
    allow: Allowed,
    work: float,
    times: float,
    as_json: bool,
) -> None:
    """Print a line for each disturbance, then the figures of all."""
    answers = []
    for one in run(folder, month, count, seed, allow, work, times):
        answers.append(one)
        dearer = "" if one.dearer is None else f" {one.dearer:.4f}"
        click.echo(
            f"{one.words}: {one.moved} otherwise, {one.lost} lost, {one.rerouted} rerouted "
            f"({one.broken} rules broken), "
            f"{one.seconds:.1f} s{dearer} {'; '.join(one.faults)}",
            err=True,
        )
    found = [one.dearer for one in answers if one.dearer is not None]
    figures = {
        "disturbances": len(answers),
        "faults": sum(bool(one.faults) for one in answers),
        "lost": sum(one.lost for one in answers),
        "rerouted": sum(one.rerouted for one in answers),
        "rules_broken_under_way": sum(one.broken for one in answers),
        "median_seconds": statistics.median(one.seconds for one in answers),
        "most_seconds": max(one.seconds for one in answers),
        "dearer_mean": statistics.mean(found) if found else None,
        "dearer_worst": max(found, default=None),
    }
    click.echo(json.dumps(figures, indent=2) if as_json else str(figures))
    sys.exit(1 if figures["faults"] else 0)


if __name__ == "__main__":
    main()
