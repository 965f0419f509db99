"""What a whole schedule is worth, exactly: joint uses, visits, and what it still owes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import numpy as np

from rotation.instance.allowed import NEVER_SEEN
from rotation.instance.floors import Floor
from rotation.instance.instance import (
    RotationInstance,
    list_last_stays,
    points_per_use,
    reached_share,
)
from rotation.problem import Floats, IndexStay, Schedule, fade_of
from search.rounding import add_up

POINTS_PER_DEBT = 300.0
"""What a missed pin, a missed floor or a missing vehicle hour counts while searching."""

Guests = dict[int, list[IndexStay]]
"""The stays at each library, by batch."""


@dataclass(frozen=True, slots=True)
class Score:
    """The shares of a schedule's objective.

    `debts` counts missed pins and floors, and vehicle hours that are not there; a plan has none.
    """

    uses: float
    equity: float
    freshness: float
    visits: float
    money: float
    chains: float
    stability: float
    uneven_months: float
    debts: float

    @property
    def points(self) -> float:
        """The objective."""
        read = self.uses + self.equity + self.freshness
        spent = self.visits + self.money + self.chains
        return read + spent + self.stability + self.uneven_months


@dataclass(slots=True)
class Scorer:
    """Scores schedules of one instance; remembers what groups of stays at a library bring."""

    instance: RotationInstance
    known: dict[tuple[IndexStay, ...], tuple[float, float, float]] = field(default_factory=dict)

    def score(self, schedule: Schedule) -> Score:
        """Return the exact score of a schedule."""
        instance, rules = self.instance, self.instance.problem.rules
        guests = guests_by_library(schedule)
        uses = equity = freshness = visits = money = 0.0
        used_hours = np.zeros(instance.num_months)
        for p, group in sorted(guests.items()):
            brought = self._bring(tuple(group))
            uses, equity, freshness = uses + brought[0], equity + brought[1], freshness + brought[2]
            money -= sum(_count_extra(instance, stay) for stay in group)
            for t in visit_months(group, instance.num_months):
                visits -= rules.weight_visit
                money -= float(instance.visit_points[p, t]) - rules.weight_visit
                used_hours[t] += instance.visit_hours[p]
        hours_missing = float(np.maximum(used_hours - instance.hours - 1e-9, 0).sum())
        missed = len(missed_pins(instance, schedule)) + len(missed_floors(instance, guests))
        last = list_last_stays(instance.problem)
        kept = sum(stay[:3] in last for stays in schedule for stay in stays)
        made = count_visits(guests.values(), instance.num_months)
        return Score(
            uses,
            equity,
            freshness,
            visits,
            money,
            -instance.chain_points * len(list_chains(schedule)),
            rules.weight_stability * kept,
            -measure_unevenness(instance.uneven, made),
            missed + hours_missing,
        )

    def _bring(self, group: tuple[IndexStay, ...]) -> tuple[float, float, float]:
        if group not in self.known:
            library, problem = group[0].library, self.instance.problem
            per_guest = uses_by_guest(self.instance, group)
            weight = problem.libraries[library].equity_weight
            counted = sum(per_guest)
            plain = as_read(self.instance)
            is_plain = plain is self.instance
            uses = counted if is_plain else sum(uses_by_guest(plain, group))
            fresh = sum(
                used * (points_per_use(problem, library, fresh_share(self.instance, stay)) - weight)
                for used, stay in zip(per_guest, group, strict=True)
            )
            more = (weight - 1) * counted + (counted - uses)
            self.known[group] = (uses, more, fresh)
        return self.known[group]


def as_read(instance: RotationInstance) -> RotationInstance:
    """Return an instance in which each use counts once, whoever reads: as people expect uses."""
    problem = instance.problem
    if problem.readers is None:
        return instance
    return replace(instance, problem=replace(problem, demand=problem.readers, readers=None))


def measure_unevenness(uneven: Floats, visits: Floats) -> float:
    """Return what the numbers of visits by month cost, as `RotationInstance.uneven` weighs them."""
    return float(add_up(uneven[:-1] * visits**2) - uneven[-1] * visits.sum() ** 2)


def _count_extra(instance: RotationInstance, stay: IndexStay) -> float:
    """Return what bringing and fetching a batch costs more than with the cheapest vehicles."""
    moved = (t for t in (stay.first, stay.end) if 0 <= t < instance.num_months)
    return sum(float(instance.extra_points[stay.batch, stay.library, t]) for t in moved)


def guests_by_library(schedule: Schedule) -> Guests:
    """Return the stays at each library, by batch."""
    guests: Guests = defaultdict(list)
    for stays in schedule:
        for stay in stays:
            guests[stay.library].append(stay)
    return guests


def fresh_share(instance: RotationInstance, stay: IndexStay) -> float:
    """Return the share of titles new to a library when a stay begins; 1 for a running stay."""
    return 1.0 if stay.first < 0 else float(instance.fresh[stay[:3]])


def guest_share(instance: RotationInstance, stay: IndexStay, month: int) -> Floats:
    """Return the share of each category's demand that one guest reaches in a month."""
    share = reached_share(instance.problem, stay.batch, fresh_share(instance, stay))
    return share * fade_of(instance.problem, month - stay.first)


def uses_by_guest(instance: RotationInstance, group: tuple[IndexStay, ...]) -> list[float]:
    """Return expected uses of each guest of one library over the months."""
    total = [0.0] * len(group)
    for t in range(instance.num_months):
        present = [i for i, stay in enumerate(group) if stay.first <= t < stay.end]
        brought = uses_in_month(instance, [group[i] for i in present], t)
        for i, used in zip(present, brought, strict=True):
            total[i] += used
    return total


def uses_in_month(instance: RotationInstance, present: list[IndexStay], month: int) -> list[float]:
    """Return the uses that each batch present at a library brings; they share what they reach."""
    if not present:
        return []
    demand = instance.problem.demand[present[0].library, month]
    shares = [guest_share(instance, stay, month) for stay in present]
    alone = [float(add_up(demand * share)) for share in shares]
    if len(present) == 1 or sum(alone) <= 0:
        return alone
    missed = np.prod([1.0 - share for share in shares], axis=0)
    factor = float(add_up(demand * (1.0 - missed))) / sum(alone)
    return [used * factor for used in alone]


def visit_months(group: list[IndexStay], num_months: int) -> list[int]:
    """Return the months in which anything changes at a library."""
    brought = {stay.first for stay in group if stay.first >= 0}
    return sorted(brought | {stay.end for stay in group if stay.end < num_months})


def count_visits(groups: Iterable[list[IndexStay]], num_months: int) -> Floats:
    """Return the number of visits in each month to the libraries of some groups of stays."""
    visits = np.zeros(num_months)
    for group in groups:
        visits[visit_months(group, num_months)] += 1
    return visits


def list_chains(schedule: Schedule) -> list[tuple[IndexStay, IndexStay]]:
    """Return stays of a batch of which one begins in the month in which the other ends."""
    pairs = (pair for stays in schedule for pair in pairwise(stays))
    return [(before, after) for before, after in pairs if before.end == after.first]


def missed_pins(instance: RotationInstance, schedule: Schedule) -> list[tuple[int, int, int]]:
    """Return the pins that a schedule misses: batch, library, month."""
    return [
        (b, p, t)
        for b, p, t in instance.pins
        if not any(stay.library == p and stay.first <= t < stay.end for stay in schedule[b])
    ]


def missed_floors(instance: RotationInstance, guests: Guests) -> list[Floor]:
    """Return the spans in which a library stands empty longer than it may."""
    return [floor for floor in instance.floors if not meets(floor, guests)]


def meets(floor: Floor, guests: Guests) -> bool:
    """Whether a batch stands at a floor's library in one of its months."""
    stays = guests.get(floor.library, ())
    return any(stay.first < floor.end and stay.end > floor.first for stay in stays)


def has_ring(schedule: Schedule) -> bool:
    """Whether the chains of some month form a closed ring among libraries."""
    onward: dict[int, TopologicalSorter[int]] = defaultdict(TopologicalSorter)
    for before, after in list_chains(schedule):
        onward[after.first].add(before.library, after.library)
    try:
        for chains in onward.values():
            chains.prepare()
    except CycleError:
        return True
    return False


def find_repeats(instance: RotationInstance, schedule: Schedule) -> list[IndexStay]:
    """Return the stays that begin where too many of the titles were seen before."""
    rules = instance.problem.rules
    titles = {
        b: frozenset(instance.problem.titles[b].tolist()) for b, own in enumerate(schedule) if own
    }
    found: list[IndexStay] = []
    for p, group in sorted(guests_by_library(schedule).items()):
        until = instance.problem.seen_until[p]
        for stay in group:
            own, oldest = titles[stay.batch], stay.first - rules.memory_months
            earlier = {
                other.batch
                for other in group
                if other.first < stay.first
                and other.end - 1 >= oldest
                and (other.batch == stay.batch or own & titles[other.batch])
            }
            if stay.first < 0 or not earlier:
                continue
            seen = {title for title in own if until.get(title, NEVER_SEEN) >= oldest}
            count = len(seen.union(*(own & titles[other] for other in earlier)))
            if stay.batch in earlier or count > (rules.max_seen_share + 1e-9) * max(len(own), 1):
                found.append(stay)
    return found
