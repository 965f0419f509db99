"""A month replanned after something happened, and again once it is undone.

``python -m benchmarks.undo FOLDER --month 2026-12 --work 0.1 --json``

The causes are those of a landslide and its like: two stretches of QL279D shut, a truck out for a
week, a crew ill for three days, a school closed, a vehicle stranded on the second day of its trip.
After each the rest is replanned with `move`; then the facts are as before, and it is replanned
from the same moment with `all`, as the command does it, with the plan before at hand. What is set
side by side is what the rest of the month counts, visits left out included, in the first plan
and in the last.
"""

import dataclasses
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import click

from benchmarks.disturb import close_segment, close_site
from commands.options import parse_month
from planning.past.read import read_plans
from planning.plan import Plan
from planning.replan.moment import Moment
from planning.replan.replan import replan_month
from province.dates import DateSpan
from province.facts import Province
from province.ids import ClosureId
from province.read import read_province
from province.roads import Closure, ClosureEffect
from routing.trips import Trip

MOST_DEARER = 1.01
"""How many times what the first plan's rest counts the last one's may count."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that happens: its name, the facts from then on, and the moment."""

    name: str
    province: Province
    moment: Moment


def list_causes(province: Province, plan: Plan) -> Iterator[Cause]:
    """Yield what happens to a month, each by itself."""
    trips = sorted(plan.trips.trips, key=lambda trip: (trip.first_day, trip.trip_id))
    middle = trips[len(trips) // 2]
    slides = (_slide("a", plan, 44.125, 5), _slide("b", plan, 80.0, 1))
    shut = dataclasses.replace(province, closures=(*province.closures, *slides))
    yield Cause("QL279D shut at km 44.125 and km 80", shut, Moment(slides[0].first_day))
    leg = next(leg for _, leg in middle.legs() if leg.segments)
    span = _span(middle.first_day, 5)
    road = leg.segments[len(leg.segments) // 2][0]
    yield Cause(f"{road} shut", close_segment(province, road, span), Moment(span.first))
    week = _span(middle.first_day, 7)
    yield Cause(
        f"{middle.vehicle_id} out for a week",
        _take_out(province, middle, week, has_crew=False), Moment(week.first),
    )  # fmt: skip
    ill = _span(middle.first_day, 3)
    yield Cause(
        f"{middle.crew_id} ill",
        _take_out(province, middle, ill, has_crew=True), Moment(ill.first - timedelta(days=1)),
    )  # fmt: skip
    school = next(s for t in trips[len(trips) // 2 :] for s in t.stops if "TH" in s.receiver_id)
    days = _span(school.day, 3)
    closed = close_site(province, school.receiver_id, days)
    yield Cause(f"{school.receiver_id} closed", closed, Moment(days.first))
    stranded = next(trip for trip in trips if len(trip.dates) >= 3)
    day = stranded.first_day + timedelta(days=1)
    yield Cause(
        f"{stranded.vehicle_id} stranded on its second day",
        _take_out(province, stranded, _span(day, 7), has_crew=False), Moment(day, 600),
    )  # fmt: skip


def _span(first: date, days: int) -> DateSpan:
    return DateSpan(first, first + timedelta(days=days - 1))


def _slide(name: str, plan: Plan, km: float, days: int) -> Closure:
    first = plan.month.first_day.replace(day=25)
    return Closure(
        ClosureId(f"slide-{name}"), None, "QL279D", km, km, None, first,
        first + timedelta(days=days - 1), 0, 1440, ClosureEffect.SHUT, "", "",
    )  # fmt: skip


def _take_out(province: Province, trip: Trip, days: DateSpan, *, has_crew: bool) -> Province:
    """Return the facts with the vehicle of a trip out, or its crew off."""
    vehicles = tuple(
        dataclasses.replace(car, unavailable=(*car.unavailable, days))
        if car.vehicle_id == trip.vehicle_id and not has_crew
        else car
        for car in province.vehicles
    )
    crews = tuple(
        dataclasses.replace(crew, days_off=(*crew.days_off, days))
        if crew.crew_id == trip.crew_id and has_crew
        else crew
        for crew in province.crews
    )
    return dataclasses.replace(province, vehicles=vehicles, crews=crews)


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of a cause that was undone.

    Parameters
    ----------
    worse, back
        What the whole month counts after the cause and after its undoing, over what it counts in
        the first plan: cost of all trips, and what visits left out count.
    moved
        Visits that are otherwise than in the first plan in the end.
    """

    name: str
    worse: float
    back: float
    moved: int


def undo(
    province: Province, plans: tuple[Plan, ...], plan: Plan, one: Cause, work: float
) -> Undone:
    """Return what replanning makes of a cause, and of its undoing."""
    earlier = tuple(known for known in plans if known is not plan)
    hit = replan_month(one.province, plans, plan, one.moment, work=work, has_fixes=False)
    if hit is None:
        return Undone(one.name, 1.0, 1.0, 0)
    back = replan_month(
        province, (*earlier, hit), hit, one.moment, allow="all", work=work, has_fixes=False,
        versions=(plan,),
    )  # fmt: skip
    assert back is not None
    assert not (*hit.violations, *back.violations)
    first = _list_placed(plan)
    last = _list_placed(back)
    before = _count(province, plan, plan)
    return Undone(
        one.name, _count(province, plan, hit) / before, _count(province, plan, back) / before,
        sum(first.get(key) != last.get(key) for key in {*first, *last}),
    )  # fmt: skip


def _count(province: Province, first: Plan, plan: Plan) -> int:
    """Return the cost of a month's trips, with what the visits count that the first plan made."""
    step_vnd = province.settings.costs.unserved_vnd_per_priority
    priorities = {visit.visit_id: visit.priority for visit in first.visits}
    made = {stop.visit_id for trip in plan.all_trips for stop in trip.stops}
    left_out = sum(n for visit_id, n in priorities.items() if visit_id not in made)
    return sum(trip.cost_vnd for trip in plan.all_trips) + left_out * step_vnd


def _list_placed(plan: Plan) -> dict[str, tuple[object, ...]]:
    return {
        stop.visit_id: (stop.day, trip.vehicle_id, trip.crew_id)
        for trip in plan.all_trips
        for stop in trip.stops
    }


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--month", required=True)
@click.option("--work", default=1.0)
@click.option("--json", "as_json", is_flag=True)
def main(folder: Path, month: str, work: float, as_json: bool) -> None:
    """Print a line for each cause; ends with 1 where one is not undone within 1 %."""
    province, wanted = read_province(folder), parse_month(month)
    plans = read_plans(folder, province, until=wanted)
    plan = next(one for one in plans if one.month == wanted)
    found = []
    for cause in list_causes(province, plan):
        found.append(undo(province, plans, plan, cause, work))
        click.echo(
            f"{found[-1].name}: {found[-1].worse:.4f}, undone {found[-1].back:.4f}, "
            f"{found[-1].moved} visits otherwise",
            err=True,
        )
    figures = {
        "causes": len(found),
        "within_1_percent": sum(one.back <= MOST_DEARER for one in found),
        "dearest": max(one.back for one in found),
    }
    click.echo(json.dumps(figures, indent=2) if as_json else str(figures))
    sys.exit(0 if figures["within_1_percent"] == figures["causes"] else 1)


if __name__ == "__main__":
    main()
