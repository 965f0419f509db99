"""What a plan still asks for at a moment: movements that are not made."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from planning.plan import Plan
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, SiteId
from province.journal import locate_batches
from province.language import Message
from province.visits import Movement
from rotation.problem import RotationPlan, Stay


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is left of the movements of a month.

    Parameters
    ----------
    asked
        Movements still to be made, from where each batch is now.
    rotation
        The rotation without the movements that are made.
    notes
        What became of batches that go elsewhere than the plan says.
    impossible
        Batches that are where their movement neither begins nor ends.
    """

    asked: tuple[Movement, ...]
    rotation: RotationPlan
    impossible: tuple[BatchId, ...]
    notes: tuple[Message, ...] = ()


def list_open_work(plan: Plan, province: Province, carried: Iterable[Movement] = ()) -> OpenWork:
    """Return what is left of a plan's movements where batches are as the journal has them.

    Parameters
    ----------
    carried
        Movements of trips under way: the plan may take them for made, although the trip will now
        not make them.
    """
    places = {batch.batch_id: batch.depot_id for batch in province.batches}
    places |= {batch: place for batch, (place, _) in locate_batches(province.journal).items()}
    depots = {site.site_id for site in province.depots}
    month = plan.month
    stood = _list_former_places(plan.rotation.stays, month)

    def go_on(moves: Iterable[Movement]) -> list[Movement]:
        found = (_go_on(move, places, depots, stood) for move in moves)
        return [move for move in found if move is not None]

    asked = _add_lacking(plan.asked, carried)
    now = _add_lacking([move for move in plan.rotation.movements if move.month == month], carried)
    later = [move for move in plan.rotation.movements if move.month != month]
    impossible = sorted(
        {
            move.batch_id
            for move in asked
            if places.get(move.batch_id)
            not in {move.from_site, move.to_site, stood.get(move.batch_id), *depots}
        }
    )
    rotation = dataclasses.replace(plan.rotation, movements=(*go_on(now), *later))
    return OpenWork(tuple(go_on(asked)), rotation, tuple(impossible))


def _add_lacking(moves: Iterable[Movement], carried: Iterable[Movement]) -> list[Movement]:
    """Return movements with those of other batches that are carried, one of each."""
    found = list(moves)
    others: dict[BatchId, Movement] = {}
    for move in carried:
        others.setdefault(move.batch_id, move)
    batches = {move.batch_id for move in found}
    return found + [others[batch] for batch in sorted(others.keys() - batches)]


def _list_former_places(stays: Iterable[Stay], month: Month) -> dict[BatchId, SiteId]:
    """Return where each batch stood before a month, as far as the rotation tells."""
    earlier = (stay for stay in stays if stay.first_month < month)
    ordered = sorted(earlier, key=lambda stay: stay.first_month)
    return {stay.batch_id: stay.site_id for stay in ordered}


def _go_on(
    move: Movement,
    places: dict[BatchId, SiteId],
    depots: set[SiteId],
    stood: dict[BatchId, SiteId],
) -> Movement | None:
    """Return what is left of a movement; None: it is made, or cannot be made any more.

    A batch may be where it stood before the month although its movement begins at a depot: a trip
    was to bring it there, and does not.
    """
    place = places.get(move.batch_id)
    if place == move.from_site:
        return move
    is_on_its_way = place in depots or place == stood.get(move.batch_id)
    if place is None or place == move.to_site or not is_on_its_way or move.to_site in depots:
        return None
    return dataclasses.replace(move, from_site=place)
