"""What a whole schedule is worth, exactly: joint uses, visits, and what it still owes."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from rotation.instance.instance import (
    POINTS_PER_CHAIN,
    Grid,
    Schedule,
    Slot,
    points_per_use,
    reached_share,
)
from rotation.problem import Floats, fade_of

POINTS_PER_DEBT = 300.0
"""What a missed pin, a missed floor or a missing vehicle hour counts while searching."""

Guest = tuple[int, int, int]
"""A stay at a known library: batch index, first month, month it leaves."""


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
    debts: float

    @property
    def points(self) -> float:
        """The objective."""
        return (
            self.uses
            + self.equity
            + self.freshness
            + self.visits
            + self.money
            + self.chains
            + self.stability
        )

    @property
    def rank(self) -> float:
        """The objective less what debts count."""
        return self.points - POINTS_PER_DEBT * self.debts


@dataclass(slots=True)
class Scorer:
    """Scores schedules of one grid; remembers what groups of guests at a library bring."""

    grid: Grid
    known: dict[tuple[int, tuple[Guest, ...]], tuple[float, float, float]] = field(
        default_factory=dict
    )

    def score(self, schedule: Schedule) -> Score:
        """Return the exact score of a schedule."""
        grid, problem = self.grid, self.grid.problem
        guests = guests_by_library(schedule)
        uses = equity = freshness = visits = money = hours_missing = 0.0
        used_hours = np.zeros(grid.num_months)
        for p, group in sorted(guests.items()):
            brought = self._bring(p, tuple(group))
            uses, equity, freshness = uses + brought[0], equity + brought[1], freshness + brought[2]
            for t in visit_months(group, grid.num_months):
                visits -= problem.rules.weight_visit
                money -= float(grid.visit_points[p, t]) - problem.rules.weight_visit
                used_hours[t] += grid.visit_hours[p]
        hours_missing = float(np.maximum(used_hours - grid.hours - 1e-9, 0).sum())
        missed = count_missed_pins(grid, schedule) + len(missed_floors(grid, guests))
        return Score(
            uses,
            equity,
            freshness,
            visits,
            money,
            -POINTS_PER_CHAIN * count_chains(schedule),
            problem.rules.weight_stability * count_kept(grid, schedule),
            missed + hours_missing,
        )

    def _bring(self, library: int, group: tuple[Guest, ...]) -> tuple[float, float, float]:
        key = (library, group)
        if key not in self.known:
            per_guest = uses_by_guest(self.grid, library, group)
            weight = self.grid.problem.libraries[library].equity_weight
            uses = sum(per_guest)
            fresh = sum(
                used * (points_per_use(self.grid.problem, library, share) - weight)
                for used, share in zip(
                    per_guest,
                    (fresh_of(self.grid, b, library, s) for b, s, _ in group),
                    strict=True,
                )
            )
            self.known[key] = (uses, (weight - 1) * uses, fresh)
        return self.known[key]


def guests_by_library(schedule: Schedule) -> dict[int, list[Guest]]:
    """Return the stays at each library, by batch."""
    guests: dict[int, list[Guest]] = defaultdict(list)
    for b, slots in enumerate(schedule):
        for p, s, e in slots:
            guests[p].append((b, s, e))
    return guests


def fresh_of(grid: Grid, batch: int, library: int, first: int) -> float:
    """Return the share of titles new to a library when a stay begins; 1 for a running stay."""
    return 1.0 if first < 0 else float(grid.fresh[batch, library, first])


def guest_share(grid: Grid, library: int, guest: Guest, month: int) -> Floats:
    """Return the share of each category's demand that one guest reaches in a month."""
    batch, first, _ = guest
    share = reached_share(grid.problem, batch, fresh_of(grid, batch, library, first))
    return share * fade_of(grid.problem, month - first)


def uses_by_guest(grid: Grid, library: int, group: tuple[Guest, ...]) -> list[float]:
    """Return expected uses of each guest; guests of one month share what they reach jointly."""
    total = [0.0] * len(group)
    demand = grid.problem.demand[library]
    for t in range(grid.num_months):
        present = [i for i, (_, s, e) in enumerate(group) if s <= t < e]
        if not present:
            continue
        shares = [guest_share(grid, library, group[i], t) for i in present]
        alone = [float(demand[t] @ share) for share in shares]
        factor = 1.0
        if len(present) > 1 and sum(alone) > 0:
            missed = np.prod([1.0 - share for share in shares], axis=0)
            factor = float(demand[t] @ (1.0 - missed)) / sum(alone)
        for i, used in zip(present, alone, strict=True):
            total[i] += used * factor
    return total


def visit_months(group: list[Guest], num_months: int) -> list[int]:
    """Return the months in which anything changes at a library."""
    changes = {s for _, s, _ in group if s >= 0} | {e for _, _, e in group if e < num_months}
    return sorted(changes)


def count_chains(schedule: Schedule) -> int:
    """Return how many times a batch goes from one library to another within a month."""
    return sum(before[2] == after[1] for slots in schedule for before, after in pairwise(slots))


def count_kept(grid: Grid, schedule: Schedule) -> int:
    """Return how many stays of last month's plan are kept."""
    batch_at = {batch.batch_id: b for b, batch in enumerate(grid.problem.batches)}
    library_at = {library.site_id: p for p, library in enumerate(grid.problem.libraries)}
    wanted = {
        (
            batch_at.get(stay.batch_id),
            library_at.get(stay.site_id),
            stay.first_month.months_since(grid.problem.months[0]),
        )
        for stay in grid.problem.last_stays
    }
    return sum((b, p, s) in wanted and s >= 0 for b, x in enumerate(schedule) for p, s, _ in x)


def count_missed_pins(grid: Grid, schedule: Schedule) -> int:
    """Return how many pins a schedule misses."""
    return sum(not any(p == at and s <= t < e for p, s, e in schedule[b]) for b, at, t in grid.pins)


def missed_floors(grid: Grid, guests: dict[int, list[Guest]]) -> list[tuple[int, int, int]]:
    """Return the spans in which a library stands empty longer than it may."""
    return [
        (p, first, end)
        for p, first, end in grid.floors
        if not any(s < end and e > first for _, s, e in guests.get(p, ()))
    ]


def find_rings(schedule: Schedule) -> list[tuple[tuple[int, Slot], ...]]:
    """Return closed rings of chains within a month, each as the (batch, slot) pairs it needs."""
    edges: dict[int, dict[int, list[tuple[int, int, Slot, Slot]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for b, slots in enumerate(schedule):
        for before, after in pairwise(slots):
            if before[2] == after[1]:
                edges[after[1]][before[0]].append((after[0], b, before, after))
    rings: list[tuple[tuple[int, Slot], ...]] = []
    for month in sorted(edges):
        ring = _find_ring(edges[month])
        if ring:
            rings.append(ring)
    return rings


def _find_ring(
    edges: dict[int, list[tuple[int, int, Slot, Slot]]],
) -> tuple[tuple[int, Slot], ...]:
    done: set[int] = set()
    for start in sorted(edges):
        path: list[int] = []
        taken: list[tuple[int, int, Slot, Slot]] = []
        stack = [(start, 0)]
        while stack:
            node, position = stack[-1]
            if position == 0:
                path.append(node)
            options = sorted(edges.get(node, ()))
            if node in done or position >= len(options):
                stack.pop()
                path.pop()
                done.add(node)
                if taken:
                    taken.pop()
                continue
            stack[-1] = (node, position + 1)
            edge = options[position]
            taken.append(edge)
            if edge[0] in path:
                ring = taken[path.index(edge[0]) :]
                return tuple(pair for _, b, x, y in ring for pair in ((b, x), (b, y)))
            stack.append((edge[0], 0))
    return ()


def find_repeats(grid: Grid, schedule: Schedule) -> list[tuple[tuple[int, Slot], ...]]:
    """Return stays at which too many titles were seen, each with the earlier stays it clashes."""
    titles, rules = grid.problem.titles, grid.problem.rules
    found: list[tuple[tuple[int, Slot], ...]] = []
    for p, group in sorted(guests_by_library(schedule).items()):
        for b, s, e in group:
            if s < 0:
                continue
            earlier = [
                x
                for x in group
                if x[1] < s and x[2] - 1 >= s - rules.memory_months and grid.overlap[b, x[0]] > 0
            ]
            if not earlier:
                continue
            until = grid.problem.seen_until[p]
            limit = rules.max_seen_share + 1e-9
            ledger = {
                i for i in titles[b].tolist() if until.get(i, -10_000) >= s - rules.memory_months
            }
            seen = ledger.union(*(titles[x[0]].tolist() for x in earlier))
            same = any(x[0] == b for x in earlier)
            if same or len(seen.intersection(titles[b].tolist())) > limit * max(len(titles[b]), 1):
                found.append(((b, (p, s, e)), *((x[0], (p, x[1], x[2])) for x in earlier)))
    return found


def guests_at(schedule: Schedule, libraries: set[int]) -> list[int]:
    """Return the batches that stand at some of these libraries."""
    guests = guests_by_library(schedule)
    return sorted({b for p in libraries for b, _, _ in guests.get(p, ())})
