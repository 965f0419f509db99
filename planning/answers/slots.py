"""The answer to "which days could you come?", as rows."""

from dataclasses import dataclass
from typing import Any

from planning.past.read import read_plans
from planning.placed import Slot
from planning.plan import Plan
from planning.replan.moment import Moment
from planning.replan.rest import find_rest
from planning.replan.slots import offer_slots
from province.amounts import tell_amount
from province.dates import clock
from province.errors import InputError
from province.facts import Province
from province.find_name import find_all, list_known
from province.ids import VisitId
from province.language import mark, message
from province.visits import Task, Visit


@dataclass(frozen=True, slots=True)
class OfferedSlots:
    """A row for each slot; and the visits for which there is none while all others stay."""

    rows: list[dict[str, Any]]
    without: tuple[VisitId, ...]


def list_slots(
    province: Province,
    plan: Plan,
    moment: Moment,
    name: str,
    task: Task | None,
    *,
    most: int,
) -> OfferedSlots:
    """Return the other ways to make the open visits of a site, the cheapest of each first.

    Parameters
    ----------
    name
        Code or name of a site, or of its commune.
    task
        Only visits with this task; None: all.
    most
        Rows for each visit at most.

    Raises
    ------
    InputError
        If the site has no such visit that is still open.
    """
    sites = {site.site_id for site in province.sites}
    known = [one for one in list_known(province) if one.code in sites]
    named = {one.code for one in find_all(known, name)}
    plans = read_plans(province.folder, province, until=plan.month)
    rest = find_rest(province, plans, plan, moment)
    wanted = [
        visit
        for visit in rest.visits
        if visit.receiver_id in named and (task is None or task in visit.tasks)
    ]
    if not wanted:
        raise InputError.of(
            "SITE", "", name,
            expected=message("a site with a visit that is still open in {month}",
                             month=str(plan.month)),
            advice=message("take the name or the code of a site from libraries.csv; what a site "
                           "has never asked for must be added there first"),
        )  # fmt: skip
    offered = {
        visit: offer_slots(rest, province, moment, visit.visit_id, most=most) for visit in wanted
    }
    currency = province.settings.province.currency
    return OfferedSlots(
        [_tabulate(visit, slot, currency) for visit, slots in offered.items() for slot in slots],
        tuple(visit.visit_id for visit, slots in offered.items() if not slots),
    )


def _tabulate(visit: Visit, slot: Slot, currency: str) -> dict[str, Any]:
    placed = slot.placed
    return {
        mark("visit"): visit.visit_id,
        mark("day"): placed.day.isoformat(),
        mark("time"): clock(placed.start_min),
        mark("trip"): placed.trip_id,
        mark("vehicle"): placed.vehicle_id,
        mark("crew"): placed.crew_id,
        mark("added cost"): tell_amount(slot.cost_vnd, currency),
        mark("other visits shifted"): " ".join(slot.shifted),
    }
