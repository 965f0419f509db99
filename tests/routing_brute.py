"""The least objective of a small month by trying everything: a clock and rules of its own.

Nothing of the engine is used. A day is driven from every minute at which it may begin, all of them
side by side; every order of stops, every night, every vehicle and crew is tried; the month is put
together from the trips by branch and bound. `without` names a rule that is not kept.
"""

import functools
import itertools
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from province.visits import Task

NEVER = 10**6
SKILLS = {Task.KIT: "exchange"}

NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@dataclass(frozen=True)
class Times:
    """One entry for each minute at which the day may begin, and each at which its meal may begin.

    They say where the clock stands; a day whose meal never begins has none.
    """

    now: np.ndarray
    run: np.ndarray
    begin: np.ndarray
    good: np.ndarray
    meal: np.ndarray

    def only_good(self):
        """The entries that may still be: none that is not good becomes good again."""
        if self.good.all():
            return self
        good = self.good
        return Times(self.now[good], self.run[good], self.begin[good], good[good], self.meal[good])


@dataclass(frozen=True)
class Option:
    """Some visits in one day: the order's metres, minutes driven, and how the load grows."""

    visits: tuple[int, ...]
    end: str
    metres: int
    drive: int
    rise: tuple[int, float]
    is_two: bool = False


@dataclass(frozen=True)
class Trip:
    cost: int
    visits: frozenset
    day_of: tuple[tuple[int, int], ...]
    car: int
    crew: int
    first: int
    last: int
    drives: tuple[tuple[date, int], ...]


class BruteForce:
    def __init__(self, problem, without=""):
        self.problem, self.without = problem, without
        self.at = {site: k for k, site in enumerate(problem.sites)}
        self.options = {}
        self.givers = [
            [
                next((k for k, v in enumerate(problem.visits) if p in v.takes), None)
                for p in visit.leaves
                if p.from_site not in problem.depots
            ]
            for visit in problem.visits
        ]
        days = set(problem.days)
        self.wanted = [visit.preferred_days & days for visit in problem.visits]
        self.has_gaps = any(visit.gap_group for visit in problem.visits)
        self.changes = [
            (
                sum(p.boxes for p in visit.takes) - sum(p.boxes for p in visit.leaves),
                sum(p.mass_kg for p in visit.takes) - sum(p.mass_kg for p in visit.leaves),
            )
            for visit in problem.visits
        ]
        self.loads = {}

    def keeps(self, rule):
        return rule != self.without

    # The clock

    def start_of_day(self, number):
        rules, first = self.problem.rules, 0
        if self.keeps("work_lies_within_hours"):
            first = rules.earliest_start_min
        if rules.daylight_only and self.keeps("driving_is_in_daylight"):
            first = max(first, self.problem.daylight[self.problem.days[number]][0])
        meals = [NEVER]
        if self.eats():
            meals += range(rules.meal_from, rules.meal_to - rules.meal_min + 1)
        leave, meal = (grid.ravel() for grid in np.meshgrid(np.arange(first, 1200), meals))
        return Times(leave, np.zeros_like(leave), np.full_like(leave, -1), leave >= 0, meal)

    def eats(self):
        return self.problem.rules.meal_min > 0 and self.keeps("meals_are_taken")

    def has_eaten(self, times):
        """Whether a meal was taken, on the road, before it or after it, or is not asked for."""
        rules = self.problem.rules
        if not self.eats():
            return times.now >= 0
        return (
            (times.meal < NEVER)
            | (times.now - times.begin <= rules.meal_after_min)
            | (times.begin >= rules.meal_from + rules.meal_min)
            | (times.now <= rules.meal_to - rules.meal_min)
        )

    def drive(self, travel, number, times, a, b):
        """The clock after the way from a to b, and minutes and metres driven; None: no way."""
        if a == b:
            begin = np.where(times.begin < 0, times.now, times.begin)
            return Times(times.now, times.run, begin, times.good, times.meal), 0, 0
        rules, i, j = self.problem.rules, self.at[a], self.at[b]
        minutes, wait = int(travel.drive_min[i, j]), int(travel.wait_min[i, j])
        if minutes < 0:
            return None
        limit = rules.driving_max_continuous_min if self.keeps("breaks_are_taken") else NEVER
        spans = travel.shut_min.get((i, j), ())
        if not self.keeps("roads_are_open_for_the_vehicle"):
            spans = ()
        leave, meal, eaten = times.now, times.meal, times.meal + rules.meal_min
        while True:
            if self.eats():
                leave = np.where((meal <= leave) & (leave < eaten), eaten, leave)
            run = np.where(leave - times.now >= rules.break_min, 0, times.run)
            now = leave
            for half, part in enumerate(_halves(minutes) if wait else [minutes]):
                rest = np.full_like(now, part)
                while True:
                    over, hungry = run + rest > limit, NEVER
                    if self.eats():
                        hungry = np.where((now <= meal) & (meal < now + rest), meal, NEVER)
                    if not over.any() and np.all(hungry == NEVER):
                        break
                    tired = np.where(over, now + limit - run, NEVER)
                    stop = np.minimum(tired, hungry)
                    go_on = np.where(tired <= hungry, stop + rules.break_min, eaten)
                    if self.eats():
                        go_on = np.where((stop <= meal) & (meal <= go_on), eaten, go_on)
                    rest = np.where(stop < NEVER, rest - (stop - now), rest)
                    run = np.where(stop < NEVER, 0, run)
                    now = np.where(stop < NEVER, go_on, now)
                now, run = now + rest, run + rest
                if wait and half == 0:
                    is_meal = (now <= meal) & (meal <= now + wait)
                    go_on = np.where(is_meal, np.maximum(now + wait, eaten), now + wait)
                    run = np.where(go_on - now >= rules.break_min, 0, run)
                    now = go_on
            arrive = now + rules.leg_buffer_min
            is_meal = (now <= meal) & (meal < arrive)
            arrive, run = (
                np.where(is_meal, arrive + rules.meal_min, arrive),
                np.where(is_meal, 0, run),
            )
            later = leave
            for begin, stop in spans:
                later = np.where((leave < stop) & (arrive > begin), np.maximum(later, stop), later)
            if not spans or (later == leave).all():
                break
            leave = later
        good = times.good & (arrive <= self.latest(number, is_driving=True))
        begin = np.where(times.begin < 0, leave, times.begin)
        after = Times(arrive, run, begin, good, meal).only_good()
        return after, minutes, int(travel.length_m[i, j])

    def latest(self, number, *, is_driving):
        rules, last = self.problem.rules, NEVER
        if self.keeps("work_lies_within_hours"):
            last = rules.latest_end_min
        if is_driving and rules.daylight_only and self.keeps("driving_is_in_daylight"):
            last = min(last, self.problem.daylight[self.problem.days[number]][1])
        return last

    def serve(self, number, times, visit):
        rules, day = self.problem.rules, self.problem.days[number]
        start = np.full_like(times.now, NEVER)
        for window in sorted((w for w in visit.windows if w.day == day), reverse=True):
            soonest = np.maximum(times.now, window.opens_min)
            eaten = times.meal + rules.meal_min
            clash = (soonest < eaten) & (times.meal < soonest + visit.service_min)
            soonest = np.where(clash, eaten, soonest)
            start = np.where(soonest + visit.service_min <= window.closes_min, soonest, start)
        if not self.keeps("service_lies_in_a_window"):
            start = times.now
        done = start + visit.service_min
        run = np.where(done - times.now >= rules.break_min, 0, times.run)
        good = times.good & (start < NEVER) & (done <= self.latest(number, is_driving=False))
        good &= self.in_duty(done, times.begin)
        return Times(done, run, times.begin, good, times.meal).only_good()

    def in_duty(self, now, begin):
        if not self.keeps("duty_per_day_is_limited"):
            return now >= 0
        return now - begin <= self.problem.rules.duty_max_day_min

    # Days

    def list_options(self, car, number, place):
        travel = self.problem.travel(self.problem.vehicles[car], self.problem.days[number])
        key = (travel.signature, number, place, self.problem.vehicles[car].depot_id)
        if key not in self.options:
            best = {}
            ends = [self.problem.vehicles[car].depot_id, *sorted(self.problem.lodging)]
            depot = self.problem.vehicles[car].depot_id
            home = depot if place == depot and self.problem.rules.reload_min else None
            now = self.start_of_day(number)
            self.follow(travel, number, place, (), now, 0, 0, ends, best, home, 0)
            self.options[key] = list(best.values())
        return self.options[key]

    def follow(
        self, travel, number, place, order, times, drive, metres, ends, best, home, split
    ):  # fmt: skip
        """Try all that may come next; `home` is where a second trip may begin, None: nowhere."""
        limit = self.problem.rules.driving_max_day_min
        if not self.keeps("driving_per_day_is_limited"):
            limit = NEVER
        for end in [home] if split else ends:
            found = self.drive(travel, number, times, place, end)
            if found is None or drive + found[1] > limit or not self.is_pair(order, split):
                continue
            after = found[0]
            if (after.good & self.in_duty(after.now, after.begin) & self.has_eaten(after)).any():
                option = Option(
                    order, end, metres + found[2], drive + found[1], self.rise(order, split),
                    split > 0,
                )  # fmt: skip
                minutes = option.drive if self.can_tire() else 0
                key = (frozenset(order), end, minutes, option.rise)
                if key not in best or option.metres < best[key].metres:
                    best[key] = option
        if home is not None and order and not split:
            found = self.drive(travel, number, times, place, home)
            if found is not None and drive + found[1] <= limit:
                after = self.load(found[0])
                if after.good.any():
                    self.follow(
                        travel, number, home, order, after, drive + found[1],
                        metres + found[2], ends, best, home, len(order),
                    )  # fmt: skip
        for k, visit in enumerate(self.problem.visits):
            day = self.problem.days[number]
            if k in order or not self.allows(visit.pin, day):
                continue
            if any(k in self.givers[other] for other in order):
                continue
            found = self.drive(travel, number, times, place, visit.site_id)
            if found is None or drive + found[1] > limit:
                continue
            after = self.serve(number, found[0], visit)
            if after.good.any():
                self.follow(
                    travel, number, visit.site_id, (*order, k), after,
                    drive + found[1], metres + found[2], ends, best, home, split,
                )  # fmt: skip

    def load(self, times):
        """The clock after loading for a second trip."""
        rules = self.problem.rules
        minutes, until = rules.reload_min, rules.reload_until
        if not self.keeps("second_trips_are_loaded"):
            minutes, until = 0, NEVER
        eaten = times.meal + rules.meal_min
        clash = (times.now < eaten) & (times.meal < times.now + minutes)
        start = np.where(clash, eaten, times.now)
        done = start + minutes
        run = np.where(done - times.now >= rules.break_min, 0, times.run)
        good = times.good & (start <= until) & self.in_duty(done, times.begin)
        return Times(done, run, times.begin, good, times.meal).only_good()

    def is_pair(self, order, split):
        """Whether the two trips of a day, if it is two, may be: a batch of one is not the other's,
        and none of them drives for riders alone."""
        if not split:
            return True
        first, second = order[:split], order[split:]
        if not second:
            return False
        if self.keeps("batch_is_collected_before_it_is_left") and any(
            giver in first for k in second for giver in self.givers[k]
        ):
            return False
        alone = [
            all(self.problem.visits[k].ride_vnd is not None for k in t) for t in (first, second)
        ]
        return not (any(alone) and self.keeps("riders_have_no_trip_of_their_own"))

    def allows(self, pin, day):
        """Whether nothing is fixed about a visit that forbids it on a day."""
        if pin is None or not self.keeps("pins_hold"):
            return True
        first, last = pin.not_before or date.min, pin.not_after or date.max
        return first <= day <= last and (pin.day or day) == day

    def rise(self, order, split=0):
        """The most that the load grows above what it is when the day begins.

        For two trips of a day: the most on board, above what is loaded for both together.
        """
        if split:
            tours = order[:split], order[split:]
            both = self.load_at_depot(order)
            peaks = [
                tuple(a + b for a, b in zip(self.load_at_depot(t), self.rise(t), strict=True))
                for t in tours
            ]
            return tuple(max(p[i] for p in peaks) - both[i] for i in range(2))
        boxes = most_boxes = 0
        kg = most_kg = 0.0
        for k in order:
            boxes += self.changes[k][0]
            kg += self.changes[k][1]
            most_boxes, most_kg = max(most_boxes, boxes), max(most_kg, kg)
        return most_boxes, most_kg

    # Trips

    def list_trips(self):
        best = {}
        for car, vehicle in enumerate(self.problem.vehicles):
            for number, crew in enumerate(self.problem.crews):
                is_fit = vehicle.kind in crew.drives and crew.members <= vehicle.seats
                if self.keeps("crew_drives_and_fits_the_vehicle") and not is_fit:
                    continue
                is_home = crew.depot_id == vehicle.depot_id
                if self.keeps("trips_start_and_end_at_their_depot") and not is_home:
                    continue
                able = {
                    k for k, v in enumerate(self.problem.visits) if self.may(v, k, vehicle, crew)
                }
                for first in range(len(self.problem.days)):
                    for trip in self.grow(car, number, first, able):
                        note = self.note(trip.day_of)
                        key = (note, car, number, first, trip.last, trip.drives)
                        if key not in best or trip.cost < best[key].cost:
                            best[key] = trip
        return sorted(best.values(), key=lambda trip: trip.cost)

    def may(self, visit, k, vehicle, crew):
        skills = {SKILLS.get(task, task.value) for task in visit.tasks}
        homes = {p.from_site for p in visit.leaves} | {p.to_site for p in visit.takes}
        homes.add(visit.depot_id)
        pins = (visit.pin.vehicle_id, visit.pin.crew_id) if visit.pin else (None, None)
        named = zip(pins, (vehicle.vehicle_id, crew.crew_id), strict=True)
        tests = (
            ("crew_is_large_enough", crew.members >= visit.crew_min),
            ("crew_has_the_skills", skills <= set(crew.skills)),
            (
                "vehicle_holds_sessions",
                vehicle.can_hold_sessions or not visit.needs_session_vehicle,
            ),
            (
                "parcels_use_their_depot",
                homes & set(self.problem.depots) <= {vehicle.depot_id},
            ),
            ("pins_hold", all(pin in (None, name) for pin, name in named)),
            ("batch_is_collected_before_it_is_left", None not in self.givers[k]),
        )
        return all(ok or not self.keeps(rule) for rule, ok in tests)

    def works(self, vehicle, crew, day):
        rules = self.problem.rules
        tests = (
            ("holidays_are_kept", rules.works_on_holidays or day not in self.problem.rest_days),
            ("vehicle_is_available", vehicle.is_available(day)),
            ("crew_is_not_off", crew.is_available(day)),
            ("weekends_are_kept", NAMES[day.weekday()] in rules.work_weekdays),
        )
        return all(ok or not self.keeps(rule) for rule, ok in tests)

    def grow(self, car, crew_number, first, able):
        problem = self.problem
        vehicle, crew = problem.vehicles[car], problem.crews[crew_number]
        nights = problem.rules.max_nights if self.keeps("nights_are_limited") else NEVER
        tires = self.can_tire()
        # place, visits with their days, metres, how the load grew, minutes driven by day
        states = {(): (vehicle.depot_id, (), 0, (0, 0, 0.0, 0.0), ())}
        for number in range(first, len(problem.days)):
            if number - first > nights or not self.works(vehicle, crew, problem.days[number]):
                return
            following = {}
            for place, served, metres, load, drives in states.values():
                free = able - {k for k, _ in served}
                free -= {g for k, _ in served for g in self.givers[k]}
                for option in self.list_options(car, number, place):
                    if not free.issuperset(option.visits):
                        continue
                    more = [(k, number) for k in option.visits]
                    state = (
                        option.end,
                        tuple(sorted([*served, *more])) if more else served,
                        metres + option.metres,
                        self.grow_load(load, option),
                        (*drives, (problem.days[number], option.drive)) if tires else (),
                    )
                    if option.end == vehicle.depot_id:
                        trip = self.price(state, car, crew_number, first, number)
                        if trip is not None:
                            yield trip
                    elif self.has_bed(option.end, crew):
                        cost = self.price_way(state[1], state[2], vehicle)
                        key = (state[0], self.note(state[1]), state[3], state[4])
                        if key not in following or cost < following[key][0]:
                            following[key] = cost, state
            states = {key: state for key, (_, state) in following.items()}

    def note(self, served):
        """What other days and trips can notice: the visits, and the days of those with a gap."""
        visits = self.problem.visits
        return (
            frozenset(k for k, _ in served),
            tuple((k, day) for k, day in served if visits[k].gap_group) if self.has_gaps else (),
        )

    def price_way(self, served, metres, vehicle):
        """Thousandths of what a way costs, and of what missed wishes count."""
        wish = 0
        for k, number in served:
            wanted = self.wanted[k]
            wish += bool(wanted) and self.problem.days[number] not in wanted
        return (
            metres * vehicle.cost_vnd_per_km
            + 1000 * wish * self.problem.costs.missed_preferred_vnd_per_visit
        )

    def can_tire(self):
        """Whether three days can drive longer than a week allows."""
        rules = self.problem.rules
        day = rules.driving_max_day_min if self.keeps("driving_per_day_is_limited") else NEVER
        is_limited = self.keeps("driving_per_week_is_limited")
        past = sum(one.drive_min for one in self.problem.past_days)
        return is_limited and len(self.problem.days) * day + past > rules.driving_max_week_min

    def has_bed(self, site, crew):
        return (
            self.problem.lodging[site] >= crew.members or not self.keeps("nights_have_beds")
        )  # fmt: skip

    def grow_load(self, load, option):
        if option.is_two:  # a whole trip: nothing was on board before
            return 0, option.rise[0], 0.0, option.rise[1]
        boxes, most_boxes, kg, most_kg = load
        most_boxes = max(most_boxes, boxes + option.rise[0])
        most_kg = max(most_kg, round(kg + option.rise[1], 6))
        for k in option.visits:
            boxes += self.changes[k][0]
            kg += self.changes[k][1]
        return boxes, most_boxes, round(kg, 6), most_kg

    def price(self, state, car, crew_number, first, last):
        problem = self.problem
        _, served, metres, load, drives = state
        vehicle, crew = problem.vehicles[car], problem.crews[crew_number]
        visits = tuple(k for k, _ in served)
        if not visits or not self.keeps_gaps(served):
            return None
        are_riders = all(problem.visits[k].ride_vnd is not None for k in visits)
        if are_riders and self.keeps("riders_have_no_trip_of_their_own"):
            return None
        if visits not in self.loads:
            self.loads[visits] = self.load_at_depot(visits)
        boxes, kg = (at + more for at, more in zip(self.loads[visits], load[1::2], strict=True))
        is_full = boxes > vehicle.capacity_boxes or kg > vehicle.capacity_kg + 1e-6
        if self.keeps("load_fits") and is_full:
            return None
        length = last - first + 1
        cost = -(-self.price_way(served, metres, vehicle) // 1000)
        cost += length * vehicle.cost_vnd_per_day
        cost += length * crew.members * problem.costs.allowance_vnd_per_person_day
        cost += (length - 1) * crew.members * problem.costs.night_vnd_per_person
        cost += sum(self.price_change(k, number, vehicle, crew) for k, number in served)
        by_week = {}
        for day, minutes in drives:
            monday = day - timedelta(days=day.weekday())
            by_week[monday] = by_week.get(monday, 0) + minutes
        week = tuple(sorted(by_week.items()))
        return Trip(
            cost, frozenset(k for k, _ in served), served, car, crew_number, first, last, week
        )  # fmt: skip

    def load_at_depot(self, visits):
        """What is loaded before the trip: all that its visits leave and none of them gives."""
        visits = [self.problem.visits[k] for k in visits]
        taken = {p for v in visits for p in v.takes}
        loads = [p for v in visits for p in v.leaves if p not in taken]
        return sum(p.boxes for p in loads), sum(p.mass_kg for p in loads)

    def price_change(self, k, number, vehicle, crew):
        """What it counts that a visit is on another day, or with others, than announced."""
        told = self.problem.announced.get(self.problem.visits[k].visit_id)
        if told is None:
            return 0
        return (
            told.prices.day_vnd * (self.problem.days[number] != told.day)
            + told.prices.vehicle_vnd * (vehicle.vehicle_id != told.vehicle_id)
            + told.prices.crew_vnd * (crew.crew_id != told.crew_id)
        )

    def price_lost(self, visit):
        told = self.problem.announced.get(visit.visit_id)
        lost = visit.priority * self.problem.costs.unserved_vnd_per_priority
        lost = lost if visit.ride_vnd is None else visit.ride_vnd
        return lost + (told.prices.lost_vnd if told else 0)

    # Months

    def keeps_gaps(self, day_of):
        if not self.has_gaps or not self.keeps("visits_keep_their_gap"):
            return True
        for k, number in day_of:
            one = self.problem.visits[k]
            for made in self.problem.past_visits.get(one.gap_group, ()):
                if abs((self.problem.days[number] - made).days) < one.gap_days:
                    return False
        for (a, one), (b, two) in itertools.combinations(day_of, 2):
            x, y = self.problem.visits[a], self.problem.visits[b]
            if x.gap_group and x.gap_group == y.gap_group:
                days = self.problem.days
                if abs((days[one] - days[two]).days) < max(x.gap_days, y.gap_days):
                    return False
        return True

    def is_month(self, trips):
        """Whether trips go together, batches that come from visits not yet served left aside."""
        for a, b in itertools.combinations(trips, 2):
            meet = a.first <= b.last and b.first <= a.last
            shares = a.car == b.car or a.crew == b.crew
            if meet and shares and self.keeps("one_trip_at_a_time"):
                return False
        rules = self.problem.rules
        driven, worked, planned = {}, {}, {}
        for trip in trips:
            for number in range(trip.first, trip.last + 1):
                planned.setdefault(trip.crew, set()).add(self.problem.days[number])
            for monday, minutes in trip.drives:
                key = (trip.crew, monday)
                driven[key] = driven.get(key, 0) + minutes
            for number in range(trip.first, trip.last + 1):
                day = self.problem.days[number]
                key = (trip.crew, day - timedelta(days=day.weekday()))
                worked[key] = worked.get(key, set()) | {day}
        crews = {crew.crew_id: k for k, crew in enumerate(self.problem.crews)}
        before = {}
        for past in self.problem.past_days:
            key = (crews[past.crew_id], past.day - timedelta(days=past.day.weekday()))
            before.setdefault(key[0], set()).add(past.day)
            if key in worked:
                driven[key] = driven.get(key, 0) + past.drive_min
                worked[key] = worked[key] | {past.day}
        if self.keeps("crews_have_days_off"):
            for crew, days in planned.items():
                every, span = days | before.get(crew, set()), rules.work_days_in_a_row + 1
                for day in days:
                    for back in range(span):
                        first = day - timedelta(days=back)
                        if all(first + timedelta(days=k) in every for k in range(span)):
                            return False
        if self.keeps("driving_per_week_is_limited") and any(
            minutes > rules.driving_max_week_min for minutes in driven.values()
        ):
            return False
        if self.keeps("crews_rest") and any(
            len(days) > rules.work_days_per_week for days in worked.values()
        ):
            return False
        return self.keeps_gaps([pair for trip in trips for pair in trip.day_of])

    def keeps_chains(self, trips, left_out):
        if not self.keeps("batch_is_collected_before_it_is_left"):
            return True
        rests = self.keeps("books_of_a_lockdown_rest")
        trip_of = {k: trip for trip in trips for k in trip.visits}
        for k, getting in trip_of.items():
            for giver in self.givers[k]:
                if giver in left_out:
                    return False
                giving = trip_of.get(giver)
                rest = 0
                if rests and giving is not None:
                    site, day = self.problem.visits[giver].site_id, dict(giving.day_of)[giver]
                    rest = self.problem.resting.get((site, self.problem.days[day]), 0)
                if rest and giving is getting:
                    return False
                if giving is None or giving is getting:
                    continue
                one, two = (self.problem.vehicles[t.car].depot_id for t in (giving, getting))
                if one != two or getting.first <= (giving.last + rest + self.problem.check_days):
                    return False
        return True

    def uneven(self, trips, left_out):
        """What days of crews alike, and visits left out of one commune, count besides."""
        problem, costs = self.problem, self.problem.costs
        days = [0] * len(problem.crews)
        for trip in trips:
            days[trip.crew] += trip.last - trip.first + 1
        alike = {}
        for crew, count in zip(problem.crews, days, strict=True):
            key = crew.depot_id, crew.members, frozenset(crew.drives), frozenset(crew.skills)
            alike.setdefault(key, []).append(count)
        spread = sum(max(counts) - min(counts) for counts in alike.values())
        codes = [problem.communes.get(problem.visits[k].site_id) for k in left_out]
        again = sum(max(0, codes.count(code) - 1) for code in set(codes) - {None})
        return spread * costs.uneven_crews_vnd_per_day + again * costs.uneven_communes_vnd_per_visit

    def relax(self, trips, penalty, num_days):
        """The least that visits can cost with so many vehicle-days, whatever goes together."""
        cheapest = {}
        for trip in trips:
            key = (trip.visits, trip.last - trip.first + 1)
            cheapest[key] = min(cheapest.get(key, trip.cost), trip.cost)

        @functools.cache
        def least(free, days_left):
            if not free:
                return 0
            k = min(free)
            values = [
                cost + least(free - visits, days_left - length)
                for (visits, length), cost in cheapest.items()
                if k in visits and visits <= free and length <= days_left
            ]
            return min([penalty[k] + least(free - {k}, days_left), *values])

        least(frozenset(range(len(penalty))), num_days)
        return least

    def solve(self):
        """The least objective over every month."""
        problem = self.problem
        trips = self.list_trips()
        penalty = [self.price_lost(visit) for visit in problem.visits]
        holding = [[t for t in trips if k in t.visits] for k in range(len(penalty))]
        num_days = len(problem.days) * len(problem.vehicles)
        if not self.keeps("one_trip_at_a_time"):
            num_days = len(problem.days) * len(problem.visits)
        least = self.relax(trips, penalty, num_days)
        everyone = frozenset(range(len(penalty)))
        best = sum(penalty) + self.uneven([], everyone)

        def extend(chosen, left_out, value, free, days_left):
            nonlocal best
            if not free:
                best = min(best, value + self.uneven(chosen, left_out))
                return
            k = min(free, key=lambda k: (len(holding[k]), k))
            for trip in holding[k]:
                length = trip.last - trip.first + 1
                if not trip.visits <= free or length > days_left:
                    continue
                rest = free - trip.visits
                if value + trip.cost + least(rest, days_left - length) >= best:
                    continue
                month = [*chosen, trip]
                if self.is_month(month) and self.keeps_chains(month, left_out):
                    extend(month, left_out, value + trip.cost, rest, days_left - length)
            out, rest = left_out | {k}, free - {k}
            cost = value + penalty[k]
            if cost + least(rest, days_left) < best and self.keeps_chains(chosen, out):
                extend(chosen, out, cost, rest, days_left)

        extend([], frozenset(), 0, everyone, num_days)
        return best


def _halves(minutes):
    return [minutes // 2, minutes - minutes // 2]


def brute_force(problem, without=""):
    """The least objective of a month; `without` names a rule that is not kept."""
    return BruteForce(problem, without).solve()
