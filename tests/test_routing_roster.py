"""A month that is changed trip by trip stays what its trips say."""

import dataclasses
import random
from datetime import timedelta

from routing_months import MONDAY, car, crew, month, past_day, visit

from routing.month.instance import build_instance
from routing.month.roster import Roster, day_mask
from routing.month.schedule import date_everywhere, date_trip
from routing.solver.choice import choose_trips
from routing.solver.pool import date_orders

FAR = {("D", "A"): 60, ("D", "B"): 90, ("A", "B"): 45}


def board_of(**changes):
    visits = (visit("A"), visit("B"), visit("A", name="A-2", gap_group="G", gap_days=2))
    changes.setdefault("cars", (car("B1"), car("B2")))
    changes.setdefault("crews", (crew("C1"), crew("C2")))
    return build_instance(month(visits, FAR, **changes))


def state(roster):
    work = {key: sums for key, sums in roster.work.items() if sums != (0, 0)}
    return roster.trips, roster.places, roster.cars, roster.crews, work


def test_any_changes_lead_to_what_the_trips_alone_say():
    instance = board_of()
    pool = date_orders(
        instance, [(order, 0) for order in ((0,), (1,), (2,), (0, 1), (1, 0), (1, 2))]
    )
    rng = random.Random(4)
    roster = Roster(instance)
    added = 0
    for _ in range(300):
        if roster.trips and rng.random() < 0.5:
            roster.remove(rng.choice(list(roster.trips.values())))
        trip = rng.choice(pool)
        if roster.places.keys().isdisjoint(trip.order) and roster.fits(trip):
            before = state(roster.copy())
            twin = roster.copy()
            twin.add(trip)
            assert state(roster) == before
            roster.add(trip)
            added += 1
        assert state(roster) == state(Roster(instance, roster.trips.values()))
        assert roster.is_month()
    assert added > 50


def test_a_vehicle_and_a_crew_are_on_one_trip_a_day():
    instance = board_of()
    roster = Roster(instance, [date_trip(instance, (0,), 0, 1, 0)])
    assert not roster.fits(date_trip(instance, (1,), 0, 1, 1))
    assert not roster.fits(date_trip(instance, (1,), 1, 1, 0))
    assert roster.fits(date_trip(instance, (1,), 1, 1, 1))
    assert roster.fits(date_trip(instance, (1,), 0, 2, 0))


def test_a_longer_trip_takes_the_place_of_the_shorter():
    instance = board_of()
    short, long = date_trip(instance, (0,), 0, 1, 0), date_trip(instance, (0, 1), 0, 1, 0)
    assert Roster(instance, [short]).fits(long, short)
    other = date_trip(instance, (2,), 0, 2, 0)
    assert day_mask(other) & day_mask(long) == 0
    assert not Roster(instance, [short, date_trip(instance, (1,), 1, 1, 1)]).is_free(0, 0, 0b10)


def test_a_crew_keeps_its_driving_and_days_of_a_week():
    # to A and back 120 minutes: two days of work are allowed, or 230 minutes at the wheel
    for rules in ({"work_days_per_week": 2}, {"driving_max_week_min": 230}):
        instance = board_of(rules=rules)
        one = date_trip(instance, (0,), 0, 0, 0)
        two = date_trip(instance, (2,), 0, 2, 0)
        three = date_trip(instance, (1,), 0, 4, 0)
        if "work_days_per_week" in rules:
            assert Roster(instance, [one]).fits(two)
            assert not Roster(instance, [one, two]).fits(three)
            assert Roster(instance, [one, two]).fits(date_trip(instance, (1,), 1, 4, 1))
        else:
            assert not Roster(instance, [one]).fits(two)


def test_a_crew_has_a_day_off_after_some_days_in_a_row():
    # Two days in a row are allowed, and Sunday was worked: Monday may be, Tuesday then not.
    problem = dataclasses.replace(
        month((visit("A"), visit("B"), visit("A", name="A-2")), FAR, crews=(crew("C1"), crew("C2")),
              rules={"work_days_in_a_row": 2}),
        past_days=(past_day(MONDAY - timedelta(days=1)),),
    )  # fmt: skip
    instance = build_instance(problem)
    monday, tuesday = date_trip(instance, (0,), 0, 0, 0), date_trip(instance, (1,), 0, 1, 0)
    assert Roster(instance).fits(monday)
    assert Roster(instance).fits(tuesday)
    assert not Roster(instance, [monday]).fits(tuesday)
    assert not Roster(instance, [tuesday]).fits(monday)
    assert Roster(instance, [monday]).fits(date_trip(instance, (1,), 0, 1, 1))
    assert Roster(instance, [monday]).fits(date_trip(instance, (1,), 0, 2, 0))
    between = date_trip(instance, (2,), 0, 3, 0)
    assert not Roster(
        instance, [date_trip(instance, (0,), 0, 2, 0), date_trip(instance, (1,), 0, 4, 0)]
    ).fits(between)


def test_choosing_keeps_days_off_as_adding_does():
    rng = random.Random(3)
    for _ in range(6):
        problem = month((visit("A"), visit("B"), visit("A", name="A-2")), FAR,
                        rules={"work_days_in_a_row": rng.choice([1, 2])})  # fmt: skip
        past = [past_day(MONDAY - timedelta(days=k)) for k in (1, 2) if rng.random() < 0.6]
        instance = build_instance(dataclasses.replace(problem, past_days=tuple(past)))
        pool = date_orders(instance, [((0,), 0), ((1,), 0), ((2,), 0)])
        chosen, is_proved, _ = choose_trips(instance, pool, [], 1, 1.0)
        assert is_proved
        roster = Roster(instance)
        for trip in chosen:
            assert roster.fits(trip)
            roster.add(trip)


def test_visits_of_a_group_keep_their_gap():
    visits = tuple(
        visit("A", name=f"A-{k}", gap_group="G", gap_days=2, service_min=30) for k in range(2)
    )
    instance = build_instance(month(visits, FAR))
    roster = Roster(instance, [date_trip(instance, (0,), 0, 1, 0)])
    firsts = [t.first for t in date_everywhere(instance, (1,), range(5)) if roster.fits(t)]
    assert firsts == [3, 4]


def test_only_vehicles_and_crews_that_fit_are_dated():
    small = dataclasses.replace(crew("C2"), members=2)
    visits = (visit("A", crew_min=3, days=2),)
    instance = build_instance(
        month(visits, FAR, cars=(car("B1"), car("B2")), crews=(crew(), small))
    )
    found = [(t.car, t.crew, t.first) for t in date_everywhere(instance, (0,), range(5))]
    assert found == [(0, 0, 0), (0, 0, 1), (1, 0, 0), (1, 0, 1)]
