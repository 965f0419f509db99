"""What a month lacks is placed where it costs least, and nothing else is touched."""

import dataclasses

from routing_months import car, crew, month, parcel, random_month, visit

from province.visits import Pin
from routing.lns.search import fill_month
from routing.month.instance import build_instance
from routing.month.roster import Roster
from routing.month.schedule import date_trip, month_value
from routing.solver.all_trips import list_all_trips
from routing.solver.place_lost import place_lost
from routing.solver.solve import place_in_trips
from routing.solver.to_trips import record_trips

MINUTES = {("D", "A"): 60, ("D", "B"): 100, ("A", "B"): 50, ("D", "E"): 200}
CHAIN = (
    visit("A", takes=(parcel("CH", "A", "B"),)),
    visit("B", leaves=(parcel("CH", "A", "B"),)),
    visit("E"),
)


def find_least(instance, kept, job):
    """Return the least objective with one visit more, its trip one of all that there are."""
    orders = {(trip.car, trip.first, trip.crew, trip.order) for trip in kept}
    least = month_value(instance, kept)
    for new in list_all_trips(instance):
        if job not in new.order:
            continue
        rest = tuple(other for other in new.order if other != job)
        if rest and (new.car, new.first, new.crew, rest) not in orders:
            continue
        others = [trip for trip in kept if trip.order != rest]
        roster = Roster(instance, others)
        if roster.fits(new):
            least = min(least, month_value(instance, [*others, new]))
    return least


def list_months_without_one():
    """Yield small months whose trips lack just one visit, which no other waits for."""
    for seed in range(40):
        instance = build_instance(random_month(seed))
        full = fill_month(instance, [], 0)
        givers = {giver for job in instance.jobs for giver, _, _ in job.givers}
        if sum(len(trip.order) for trip in full) < len(instance.jobs):
            continue
        for trip in full:
            for job in set(trip.order) - givers:
                order = tuple(other for other in trip.order if other != job)
                kept = [one for one in full if one is not trip]
                less = order and date_trip(instance, order, trip.car, trip.first, trip.crew)
                if less is not None:
                    yield instance, [*kept, less] if less else kept, job


def test_one_visit_stands_at_the_cheapest_of_all_places():
    compared = 0
    for instance, kept, job in list_months_without_one():
        placed = place_lost(instance, kept)
        assert month_value(instance, placed) == find_least(instance, kept, job)
        assert len({one.key for one in kept} & {one.key for one in placed}) >= len(kept) - 1
        compared += 1
    assert compared >= 25


def place(problem, start):
    return {
        stop.visit_id: (trip.vehicle_id, stop.day)
        for trip, stop in place_in_trips(problem, start, is_draft=True).stops()
    }


def plan_chain(**pins):
    """Return a week with A on Monday, B on Wednesday, E on Friday, and the problem with pins."""
    problem = month(CHAIN, MINUTES, cars=(car("B1"),), crews=(crew("C1"),))
    instance = build_instance(problem)
    trips = [date_trip(instance, (job,), 0, 2 * job, 0) for job in range(3)]
    start = record_trips(problem, trips)
    visits = tuple(dataclasses.replace(v, pin=pins.get(v.site_id)) for v in problem.visits)
    return problem.days, dataclasses.replace(problem, visits=visits), start


def test_what_waits_for_a_batch_stays_where_it_comes_in_time_elsewhere():
    days, problem, start = plan_chain()
    on = {name: day for name, (_, day) in place(problem, start).items()}
    assert on == {"A-X": days[0], "B-X": days[2], "E-X": days[4]}
    _, problem, start = plan_chain(A=Pin(days[1]))
    # fetched on Tuesday, checked on Wednesday at the earliest: B has to move, E stays
    on = {name: day for name, (_, day) in place(problem, start).items()}
    assert (on["A-X"], on["E-X"]) == (days[1], days[4])
    assert on["B-X"] in (days[1], days[3])


def test_a_visit_pinned_elsewhere_leaves_its_trip_alone():
    problem = month(
        [visit("A"), visit("B"), visit("E")], MINUTES, cars=(car("B1"), car("B2")),
        crews=(crew("C1"), crew("C2")),
    )  # fmt: skip
    instance = build_instance(problem)
    days = problem.days
    start = record_trips(problem, [date_trip(instance, (0, 1), 0, 0, 0)])
    pinned = (problem.visits[0], visit("B", pin=Pin(days[3], "B2")), problem.visits[2])
    on = place(dataclasses.replace(problem, visits=pinned), start)
    assert on["A-X"] == ("B1", days[0])
    assert on["B-X"] == ("B2", days[3])
    assert "E-X" in on


def test_a_visit_dearer_than_leaving_it_out_is_left_out():
    problem = month([visit("E", priority=1)], MINUTES, costs={"unserved_vnd_per_priority": 1000})
    assert place(problem, ()) == {}
