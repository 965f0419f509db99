"""A library whose batch is not fetched gets one that another library cannot get."""

import dataclasses
from datetime import date

from loose_month import close_site, loosen
from plan_fixture import make_plan

from planning.plan import Plan
from planning.replan.moment import Moment
from planning.replan.regive import regive_batches
from planning.replan.replan import replan_month
from planning.replan.rest import find_rest
from province.dates import DateSpan, Month
from province.facts import Province
from province.visits import Movement
from rotation.problem import Stay
from routing.trips import Unserved

DECEMBER = Month(2026, 12)
WHOLE = DateSpan(DECEMBER.first_day, DECEMBER.last_day)


def make_wait(plan: Plan) -> Plan:
    """Return a plan in which TV4 waits for B2 from TV2, which gets B4: nothing else moves."""
    moves = (
        Movement("B4", DECEMBER, "KHO", "TV2"),
        Movement("B2", DECEMBER, "TV2", "TV4"),
    )
    later = tuple(m for m in plan.rotation.movements
                  if m.month != DECEMBER and m.batch_id not in ("B2", "B4"))  # fmt: skip
    stays = tuple(s for s in plan.rotation.stays if s.batch_id not in ("B2", "B4")
                  and s.first_month != DECEMBER)  # fmt: skip
    stays += (
        Stay("B2", "TV2", DECEMBER.plus(-3), 3, 0.0, False),
        Stay("B2", "TV4", DECEMBER, 3, 30.0, False, 10.0),
        Stay("B4", "TV2", DECEMBER, 3, 30.0, False, 10.0),
    )
    rotation = dataclasses.replace(
        plan.rotation,
        movements=(*moves, *later),
        stays=tuple(sorted(stays, key=lambda s: (s.batch_id, s.first_month))),
    )
    trips = dataclasses.replace(plan.trips, trips=(), unserved=())
    return dataclasses.replace(plan, rotation=rotation, asked=moves, trips=trips, visits=())


def test_the_batch_of_a_lost_visit_goes_where_one_is_wanted(small: Province) -> None:
    province = loosen(small, 420)
    plan = make_plan(province)
    waiting = make_wait(plan)
    shut = close_site(province, "TV2", WHOLE)
    moment = Moment(date(2026, 12, 1))
    rest = find_rest(shut, (waiting,), waiting, moment)
    by_id = {visit.visit_id: visit for visit in rest.visits}
    assert by_id["TV2-X"].windows == ()
    assert {p.content_id for p in by_id["TV4-X"].leaves} >= {"B2"}
    reason = plan.trips.unserved[0].reason if plan.trips.unserved else None
    lost = tuple(Unserved(name, "", reason) for name in ("TV2-X", "TV4-X"))
    work = regive_batches(rest, dataclasses.replace(waiting.trips, unserved=lost))
    assert work is not None
    assert Movement("B4", DECEMBER, "KHO", "TV4") in work.asked
    assert not any(move.batch_id == "B2" for move in work.asked)
    assert ("B4", "TV4") in {(stay.batch_id, stay.site_id) for stay in work.rotation.stays}

    new = replan_month(shut, (waiting,), waiting, moment, work=0.0, has_fixes=False)
    assert new is not None
    assert new.violations == ()
    served = {stop.visit_id: stop for _, stop in new.trips.stops()}
    assert "TV2-X" not in served
    assert {parcel.content_id for parcel in served["TV4-X"].leaves} >= {"B4"}
