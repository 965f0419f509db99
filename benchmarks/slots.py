"""Pins visits where `slots` says they could be, and plans again: it must come to the cost named.

``python -m benchmarks.slots FOLDER --month 2026-12 --count 20 --seed 0 --json``

Each time the folder is copied, the pin is written into its `visit_pins.csv` as `luanchuyen pin`
does, all is read again, and `replan --allow fill` is asked. What its objective is above that of the
plan, as the plan's own file has it, is set beside the cost named; day, time, vehicle and crew, and
the visits that shift, are compared too. With `--allow move` others may move where that pays.
"""

import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from commands.options import parse_month
from planning.happened.apply import apply_happening
from planning.happened.visit_fixing import fix_visit
from planning.past.read import read_plans
from planning.placed import Placed, Slot
from planning.plan import Plan
from planning.replan.changes import ADDED, DAY, TIME
from planning.replan.moment import Moment
from planning.replan.pose_rest import Allowed
from planning.replan.replan import replan_month
from planning.replan.rest import find_rest
from planning.replan.slots import offer_slots
from province.dates import Month
from province.ids import TripId, VisitId
from province.read import read_province

MOST = 5


@dataclass(frozen=True, slots=True)
class Pinned:
    """A slot, and what came of pinning a visit there.

    Parameters
    ----------
    named_s
        Processor seconds for the five best of the visit.
    rise_vnd
        By how much the objective then is above the plan's; None: the visit was left out.
    is_placed
        Whether it is where and when the slot says, and just the visits named are at another time.
    """

    visit_id: VisitId
    slot: Slot
    named_s: float
    rise_vnd: int | None
    is_placed: bool

    @property
    def is_equal(self) -> bool:
        """Whether cost, place and shifts are those named."""
        return self.rise_vnd == self.slot.cost_vnd and self.is_placed

    @property
    def sentence(self) -> str:
        """One line."""
        placed = self.slot.placed
        rise = "left out" if self.rise_vnd is None else f"{self.rise_vnd:,}"
        told = "equal" if self.is_equal else "different" if self.is_placed else "placed otherwise"
        where = f"{self.visit_id} {placed.day} {placed.vehicle_id}"
        shifted = len(self.slot.shifted)
        return f"{where}: named {self.slot.cost_vnd:,}, found {rise}, {shifted} shift: {told}"


def run(
    folder: Path, month: Month, count: int, seed: int, allow: Allowed, work: float
) -> Iterator[Pinned]:
    """Yield what came of pinning some visits, each to one of its five best slots."""
    province = read_province(folder)
    plans = read_plans(folder, province, until=month)
    plan = next(one for one in plans if one.month == month)
    moment, rng = Moment(month.first_day), random.Random(seed)
    served = sorted(stop.visit_id for _, stop in plan.trips.stops())
    rest = find_rest(province, plans, plan, moment)
    for visit_id in rng.sample(served, len(served)):
        begun = time.process_time()
        slots = offer_slots(rest, province, moment, visit_id, most=MOST)
        if not slots:
            click.echo(f"{visit_id}: no other day while all others stay", err=True)
            continue
        named_s, slot = time.process_time() - begun, rng.choice(slots)
        asked = Pinned(visit_id, slot, named_s, None, False)
        yield _pin(folder, plan, moment, (allow, work), asked)
        count -= 1
        if count == 0:
            return


def _pin(
    folder: Path, plan: Plan, moment: Moment, effort: tuple[Allowed, float], one: Pinned
) -> Pinned:
    placed = one.slot.placed
    cells = {"date": placed.day.isoformat(), "vehicle_id": placed.vehicle_id}
    sites = {visit.visit_id: visit.receiver_id for visit in plan.visits}
    with tempfile.TemporaryDirectory() as room:
        copy = Path(shutil.copytree(folder, Path(room) / "copy"))
        applied = apply_happening(copy, lambda facts: fix_visit(facts, sites, one.visit_id, cells))
        province = read_province(copy)
        plans = read_plans(copy, province, until=plan.month)
        before = next(known for known in plans if known.month == plan.month)
        new = replan_month(
            province, plans, before, moment, allow=effort[0], work=effort[1], has_fixes=False
        )
    assert applied.file
    assert new is not None
    assert new.replanned is not None
    now = _list_placed(new)
    if one.visit_id not in now:
        return one
    rise_vnd = round(new.trips.objective - plan.trips.objective)
    others = (change for change in new.replanned.changes if change.visit_id != one.visit_id)
    shifted = {change.visit_id for change in others if {DAY, TIME, ADDED} & set(change.kinds)}
    is_there = _no_trip(now[one.visit_id]) == _no_trip(placed)
    is_placed = is_there and shifted == set(one.slot.shifted)
    return Pinned(one.visit_id, one.slot, one.named_s, rise_vnd, is_placed)


def _list_placed(plan: Plan) -> dict[VisitId, Placed]:
    return {
        stop.visit_id: Placed(
            trip.trip_id, trip.vehicle_id, trip.crew_id, stop.day, stop.start_min
        )
        for trip, stop in plan.trips.stops()
    }  # fmt: skip


def _no_trip(placed: Placed) -> Placed:
    return Placed(TripId(""), placed.vehicle_id, placed.crew_id, placed.day, placed.start_min)


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--month", required=True)
@click.option("--count", default=20)
@click.option("--seed", default=0)
@click.option("--allow", default="fill", type=click.Choice(("fill", "move", "all")))
@click.option("--work", default=1.0)
@click.option("--json", "as_json", is_flag=True)
def main(
    folder: Path, month: str, count: int, seed: int, allow: Allowed, work: float, as_json: bool
) -> None:
    """Print a line for each visit pinned, then how many came out as named."""
    found = []
    for one in run(folder, parse_month(month), count, seed, allow, work):
        found.append(one)
        click.echo(one.sentence, err=True)
    rises = [one.rise_vnd - one.slot.cost_vnd for one in found if one.rise_vnd is not None]
    figures = {
        "pinned": len(found),
        "equal": sum(one.is_equal for one in found),
        "cheaper": sum(rise < 0 for rise in rises),
        "dearer": sum(rise > 0 for rise in rises),
        "left_out": sum(one.rise_vnd is None for one in found),
        "placed_otherwise": sum(not one.is_placed for one in found),
        "most_cpu_s_for_five_slots": round(max((one.named_s for one in found), default=0.0), 2),
    }
    click.echo(json.dumps(figures, indent=2) if as_json else str(figures))
    sys.exit(0 if figures["equal"] == figures["pinned"] or allow != "fill" else 1)


if __name__ == "__main__":
    main()
