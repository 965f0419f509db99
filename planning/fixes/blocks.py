"""What shuts the road to a site: told, for no planner opens a road."""

from collections.abc import Iterator

from province.dates import Month
from province.fleet import Vehicle
from province.ids import SiteId
from province.language import Message, message
from province.roads import ClosureEffect, Segment
from roads.travel import Roads

MOST_TOLD = 3  # things in the way that a reason names


def tell_blocks(roads: Roads, month: Month, site: SiteId, free: Roads) -> Message | None:
    """Return what stands in the way of vehicles on the quickest ways that there would be.

    Parameters
    ----------
    free
        The roads of the same facts as if nothing were shut or limited.
    """
    province = roads.province
    told: dict[str, Message] = {}
    for car in province.fleet:
        for name, text in _list_blocks(roads, month, site, car, free):
            told.setdefault(name, text)
    parts = list(told.values())[:MOST_TOLD]
    if not parts:
        return None
    whole = parts[0]
    for part in parts[1:]:
        whole = message("{first}; {second}", first=whole, second=part)
    return whole


def _list_blocks(
    roads: Roads, month: Month, site: SiteId, car: Vehicle, free: Roads
) -> Iterator[tuple[str, Message]]:
    """Yield what keeps a vehicle from the quickest way on free roads, by closure or limit."""
    try:
        there = free.way(car, month.first_day, car.depot_id, site).segments
        back = free.way(car, month.first_day, site, car.depot_id).segments
    except LookupError:
        return
    province = roads.province
    driven = list(dict.fromkeys(name for name, _ in (*there, *back)))
    for closure in province.closures:
        if not any(closure.holds_on(day) for day in month.days()):
            continue
        stretches = roads.affected.stretches[closure.closure_id]
        is_met = any(stretch.segment_id in driven for stretch in stretches)
        if is_met and closure.effect is not ClosureEffect.ONE_LANE:
            name, last_day = closure.closure_id, str(closure.last_day or "")
            told = message("closure {closure} until {day}", closure=name, day=last_day)
            unknown = message("closure {closure}, its end not known", closure=name)
            yield name, told if last_day else unknown
    segments = province.segment_by_id
    is_wet = month.number in province.settings.season.wet_months
    for segment_id in driven:
        yield from _list_limits(segments[segment_id], car, is_wet=is_wet)


def _list_limits(segment: Segment, car: Vehicle, *, is_wet: bool) -> Iterator[tuple[str, Message]]:
    """Yield the limits of a road that keep a vehicle out, each with what the vehicle needs."""
    road, vehicle = segment.segment_id, car.vehicle_id
    limits = (
        ("width_m", segment.width_m, car.width_m),
        ("max_t", segment.max_t, car.gross_t),
        ("max_height_m", segment.max_height_m, car.height_m or 0.0),
    )
    for name, limit, need in limits:
        if limit is not None and limit < need:
            yield (
                f"{road} {name}",
                message(
                    "road {road}: {name} {limit}, vehicle {vehicle} needs {need}",
                    road=road, name=name, limit=limit, vehicle=vehicle, need=need,
                ),
            )  # fmt: skip
    if segment.vehicles and car.kind not in segment.vehicles:
        yield (
            f"{road} {car.kind}",
            message(
                "road {road} is not for vehicle {vehicle} ({kind})",
                road=road, vehicle=vehicle, kind=car.kind.value,
            ),
        )  # fmt: skip
    if segment.is_dry_only and is_wet:
        yield f"{road} dry", message("road {road} is open in the dry season only", road=road)
