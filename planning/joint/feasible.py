"""Says before any search that a month cannot work: which rules clash, what would loosen them."""

from province.dates import Month
from province.errors import InfeasibleError
from province.facts import Province
from province.language import Message, message
from province.visits import Reach
from rotation.solve.infeasible import say_shortage

PLAIN_SHORTAGE = 3
"""So many times too many libraries are told before any road is looked at."""


def check_batches_suffice(province: Province, month: Month) -> None:
    """Raise InfeasibleError when there are plainly too few batches for the enrolled libraries.

    Which of them a road reaches, and what fits where, is not known yet: `find_rotation` counts
    exactly, minutes later.

    Raises
    ------
    InfeasibleError
        With the count that decides, in place of a reason for each library.
    """
    months = province.settings.rotation.max_empty_months + 1
    last_day = month.plus(months - 1).last_day
    libraries = sum(
        site.takes_rotation and site.is_enrolled(month.first_day) and site.is_enrolled(last_day)
        for site in province.sites
    )
    if libraries > PLAIN_SHORTAGE * len(province.batches) * months:
        raise InfeasibleError(say_shortage(len(province.batches), libraries, months))


def check_month_can_work(province: Province, month: Month, reach: Reach) -> None:
    """Raise InfeasibleError when no visit of the month can be carried by anybody.

    Parameters
    ----------
    reach
        What travelling says about the libraries in this month.

    Raises
    ------
    InfeasibleError
        With every reason found: no vehicle, no crew, no road, or no vehicle that holds a batch.
    """
    reasons = [*_no_vehicle(province, month), *_no_crew(province, month)]
    reasons += [*_no_road(province, month, reach), *_no_space(province)]
    if reasons:
        raise InfeasibleError(*reasons)


def _no_vehicle(province: Province, month: Month) -> list[Message]:
    days = list(month.days())
    if any(vehicle.is_available(day) for vehicle in province.fleet for day in days):
        return []
    return [
        message(
            "rule vehicle_is_available: no vehicle is available on any day of {month}; "
            "shorten the spans in vehicles.csv, column unavailable, or hire a vehicle",
            month=str(month),
        )
    ]


def _no_crew(province: Province, month: Month) -> list[Message]:
    kinds = {vehicle.kind for vehicle in province.fleet}
    days = list(month.days())
    for crew in province.crews:
        if kinds & set(crew.drives) and any(crew.is_available(day) for day in days):
            return []
    return [
        message(
            "rule crew_is_not_off: no crew that drives one of the vehicles works on any day "
            "of {month}; change crews.csv, columns drives or days_off",
            month=str(month),
        )
    ]


def _no_road(province: Province, month: Month, reach: Reach) -> list[Message]:
    served = [
        site
        for site in province.sites
        if (site.takes_rotation or site.sessions_per_month) and site.is_enrolled_in(month)
    ]
    if not served:
        return [
            message(
                "no site is enrolled in {month}; set enrolled_from in libraries.csv",
                month=str(month),
            )
        ]
    if any(reach.carries(site.site_id, month, 0) for site in served):
        return []
    return [
        message(
            "rule roads_are_open_for_the_vehicle: no enrolled site can be reached by any vehicle "
            "in {month}; end a closure in closures.csv, or correct roads.geojson "
            "(dry_only, width_m, max_t)",
            month=str(month),
        )
    ]


def _no_space(province: Province) -> list[Message]:
    if not province.batches or not province.fleet:
        return []
    smallest = min(province.batches, key=lambda batch: (batch.boxes, batch.batch_id))
    largest = max(vehicle.capacity_boxes for vehicle in province.fleet)
    strongest = max(vehicle.capacity_kg for vehicle in province.fleet)
    if smallest.boxes <= largest and min(b.mass_kg for b in province.batches) <= strongest:
        return []
    return [
        message(
            "rule load_fits: the smallest batch has {boxes} boxes, {kg} kg, but the "
            "largest vehicle holds {capacity} boxes, {capacity_kg} kg; divide the batches, or "
            "correct capacity_boxes and capacity_kg in vehicles.csv",
            boxes=smallest.boxes,
            kg=round(smallest.mass_kg),
            capacity=largest,
            capacity_kg=round(strongest),
        )
    ]
