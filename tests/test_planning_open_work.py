"""What a plan still asks for, wherever trips that went on otherwise have left its batches."""

import dataclasses

import pytest
from plan_fixture import make_plan

from planning.past.whole_month import list_moves
from planning.replan.open_work import list_open_work
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, SiteId
from rotation.problem import Stay

BATCH, FORMER, DEPOT, NEXT = BatchId("B3"), SiteId("TV1"), SiteId("KHO"), SiteId("TV3")


@pytest.mark.parametrize("stood", [FORMER, None])
def test_a_batch_that_no_trip_brought_to_the_depot_is_fetched_where_it_stood(
    small: Province, stood: SiteId | None
) -> None:
    """Planned again twice while one trip is led home: the first time it still fetched the batch."""
    plan = make_plan(small)
    stays = plan.rotation.stays
    if stood is not None:
        former = Stay(BATCH, stood, Month(2026, 10), 2, 1.0, is_open_end=False)
        stays = (former, *stays)
    moves = tuple(move for move in plan.asked if move.batch_id == BATCH)
    assert [(move.from_site, move.to_site) for move in moves] == [(DEPOT, NEXT)]
    rotation = dataclasses.replace(plan.rotation, stays=stays, movements=moves)
    work = list_open_work(dataclasses.replace(plan, rotation=rotation, asked=moves), small)
    if stood is None:
        assert (work.asked, work.impossible) == ((), (BATCH,))
        return
    assert [(move.from_site, move.to_site) for move in work.asked] == [(FORMER, NEXT)]
    assert work.rotation.movements == work.asked
    assert work.impossible == ()


def test_what_a_trip_under_way_carries_is_asked_for_until_it_is_there(small: Province) -> None:
    """A plan made while the trip was under way takes its movements for made; they may not be."""
    plan = make_plan(small)
    (move,) = (one for one in plan.asked if one.batch_id == BatchId("B1"))
    others = tuple(one for one in plan.asked if one is not move)
    moves = tuple(one for one in plan.rotation.movements if one.batch_id != move.batch_id)
    rotation = dataclasses.replace(plan.rotation, movements=moves)
    taken = dataclasses.replace(plan, rotation=rotation, asked=others)
    carried = list(list_moves(plan.all_trips, plan.month))
    assert {one.batch_id for one in carried} >= {move.batch_id}
    here = dataclasses.replace(small, journal=())  # every batch at its depot
    assert move not in list_open_work(taken, here).asked
    work = list_open_work(taken, here, carried)
    assert move in work.asked
    assert move in work.rotation.movements
    assert len({one.batch_id for one in work.asked}) == len(work.asked)
