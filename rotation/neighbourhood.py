"""Sub-models: free some stays of a schedule and let CP-SAT choose better ones."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from rotation.bound import Bound
from rotation.grid import POINTS_PER_CHAIN, Grid, Schedule, Slot, fade_of
from rotation.measure import (
    POINTS_PER_DEBT,
    find_repeats,
    find_rings,
    guest_share,
)

SCALE = 100
"""Solver values are hundredths of a point."""

HOUR_SCALE = 10
"""Solver hours are tenths of an hour."""

Pair = tuple[int, Slot]
"""A stay of a batch index."""


@dataclass(frozen=True, slots=True)
class Freed:
    """What a neighbourhood frees: a stay is free when its batch, library and months all are."""

    batches: tuple[int, ...]
    libraries: tuple[int, ...]
    first: int
    end: int


def free_stays(schedule: Schedule, freed: Freed) -> tuple[list[Pair], list[Pair]]:
    """Return the stays that stay as they are, and the ones that are free."""
    batches, libraries = set(freed.batches), set(freed.libraries)
    fixed: list[Pair] = []
    free: list[Pair] = []
    for b, slots in enumerate(schedule):
        for slot in slots:
            inside = slot[1] < freed.end and max(slot[2], 1) > freed.first
            is_free = b in batches and slot[0] in libraries and inside
            (free if is_free else fixed).append((b, slot))
    return fixed, free


def list_candidates(
    grid: Grid, bound: Bound, freed: Freed, fixed: list[Pair], free: list[Pair], most: int
) -> list[tuple[Pair, float]]:
    """Return the stays to choose from, with their points beside the fixed ones."""
    reduced = bound.reduced[np.ix_(freed.batches, freed.libraries)].copy()
    num_months, longest = reduced.shape[2:]
    first = np.arange(num_months)[:, None]
    end = first + 1 + np.arange(longest)[None, :]
    reduced[:, :, (first >= freed.end) | (end <= freed.first)] = -np.inf
    row = {b: index for index, b in enumerate(freed.batches)}
    for b, (_, start, leaves) in fixed:
        if b in row:
            reduced[row[b], :, (first < leaves + grid.lag) & (start < end + grid.lag)] = -np.inf
    flat = reduced.ravel()
    order = _best_few(flat, most)
    index = np.arange(flat.size).reshape(reduced.shape)
    few = max(4, most // (4 * max(1, len(freed.libraries))))
    for j in range(len(freed.libraries)):
        own = index[:, j].ravel()
        order = np.concatenate([order, own[_best_few(flat[own], few)]])
    order = np.unique(order)
    pairs = [
        (freed.batches[i], (freed.libraries[j], int(s), int(s + length + 1)))
        for i, j, s, length in zip(*np.unravel_index(order, reduced.shape), strict=True)
    ]
    chosen = dict.fromkeys(pair for pair in pairs)
    for b, slot in free:
        chosen[b, slot] = None
        if slot[1] < 0:
            starts = [start for o, (_, start, _) in fixed if o == b]
            chosen.update(
                ((b, other), None)
                for other, _ in grid.running[b]
                if all(other[2] + grid.lag <= start for start in starts)
            )
    return [(pair, value) for pair, value in _price(grid, list(chosen), fixed)]


def _best_few(values: npt.NDArray[np.float64], most: int) -> npt.NDArray[np.intp]:
    """Return where the highest finite values are, at most so many."""
    count = min(most, int(np.isfinite(values).sum()))
    return np.argsort(-values, kind="stable")[:count]


def _price(grid: Grid, pairs: list[Pair], fixed: list[Pair]) -> list[tuple[Pair, float]]:
    """Return points of stays, less what the fixed guests of the same months leave unmet."""
    left: dict[tuple[int, int], npt.NDArray[np.float64]] = {}
    demand = grid.problem.demand
    for b, (p, s, e) in fixed:
        for t in range(max(0, s), e):
            share = guest_share(grid, p, (b, s, e), t)
            left[p, t] = left.get((p, t), np.ones_like(share)) * (1 - share)
    running = {(b, slot): value for b, x in enumerate(grid.running) for slot, value in x}
    priced: list[tuple[Pair, float]] = []
    for b, slot in pairs:
        p, s, e = slot
        value = running[b, slot] if s < 0 else float(grid.value[b, p, s, e - s - 1])
        for t in range(max(0, s), e):
            if (p, t) in left:
                share = guest_share(grid, p, (b, s, e), t)
                weight = grid.problem.libraries[p].equity_weight
                value -= weight * float(demand[p, t] @ (share * (1 - left[p, t])))
        priced.append(((b, slot), value))
    return priced


def _crowding(grid: Grid, library: int, month: int, batches: list[int]) -> float:
    """Return what a second free batch at a library in a month loses, on average."""
    shares = [guest_share(grid, library, (b, 0, 1), 0) for b in batches[:12]]
    if len(shares) < 2:
        return 0.0
    fade = fade_of(grid.problem, 1) ** 2
    total = sum(shares)
    products = (np.square(total) - sum(np.square(share) for share in shares)) / (
        len(shares) * (len(shares) - 1)
    )
    weight = grid.problem.libraries[library].equity_weight
    return weight * fade * float(grid.problem.demand[library, month] @ products)


class SubModel:
    """A CP-SAT model over free stays beside fixed ones; made, solved and read once."""

    def __init__(
        self, grid: Grid, fixed: list[Pair], candidates: list[tuple[Pair, float]], hint: list[Pair]
    ) -> None:
        self.grid = grid
        self.fixed = fixed
        self.model = cp_model.CpModel()
        self.pairs = [pair for pair, _ in candidates]
        self.stays = [self.model.new_bool_var("") for _ in self.pairs]
        self.at = {pair: i for i, pair in enumerate(self.pairs)}
        self.terms: list[tuple[cp_model.IntVar, int]] = [
            (self.stays[i], round(value * SCALE)) for i, (_, value) in enumerate(candidates)
        ]
        for rule in (
            self._each_batch_is_in_one_place,
            self._running_stays_end_once,
            self._shelves_and_numbers_hold,
            self._visits_take_hours,
            self._floors_and_pins_are_met,
            self._seen_titles_stay_away,
            self._chains_cost,
        ):
            rule()
        self.model.maximize(sum(variable * weight for variable, weight in self.terms))
        hinted = set(hint)
        for pair, variable in zip(self.pairs, self.stays, strict=True):
            self.model.add_hint(variable, pair in hinted)

    def _each_batch_is_in_one_place(self) -> None:
        rows: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        for (b, (_, s, e)), variable in zip(self.pairs, self.stays, strict=True):
            for t in range(max(0, s), min(max(e + self.grid.lag, 0), self.grid.num_months)):
                rows[b, t].append(variable)
        for row in rows.values():
            self.model.add_at_most_one(row)

    def _running_stays_end_once(self) -> None:
        rows: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for (b, (_, s, _)), variable in zip(self.pairs, self.stays, strict=True):
            if s < 0:
                rows[b].append(variable)
        for row in rows.values():
            self.model.add_exactly_one(row)

    def _shelves_and_numbers_hold(self) -> None:
        grid = self.grid
        books, count = grid.capacity_books.copy(), grid.capacity_batches.copy()
        for b, (p, s, e) in self.fixed:
            books[p, max(0, s) : e] -= grid.books[b]
            count[p, max(0, s) : e] -= 1
        rows: dict[tuple[int, int], list[int]] = defaultdict(list)
        for i, (_, (p, s, e)) in enumerate(self.pairs):
            for t in range(max(0, s), e):
                rows[p, t].append(i)
        for (p, t), row in rows.items():
            limit = max(0, int(count[p, t]))
            variables = [self.stays[i] for i in row]
            if limit == 1:
                self.model.add_at_most_one(variables)
            elif limit < len(row):
                self.model.add(sum(variables) <= limit)
            weights = [int(grid.books[self.pairs[i][0]]) for i in row]
            room = max(0, int(books[p, t]))
            if sum(sorted(weights)[-max(limit, 1) :]) > room:
                self.model.add(sum(v * w for v, w in zip(variables, weights, strict=True)) <= room)
            if limit > 1 and len({self.pairs[i][0] for i in row}) > 1:
                crowding = _crowding(grid, p, t, sorted({self.pairs[i][0] for i in row}))
                extra = self.model.new_int_var(0, limit - 1, "")
                self.model.add(extra >= sum(variables) - 1)
                self.terms.append((extra, -round(crowding * SCALE)))

    def _visits_take_hours(self) -> None:
        grid = self.grid
        fixed_visits: set[tuple[int, int]] = set()
        changes: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
        for _, (p, s, e) in self.fixed:
            fixed_visits.update((p, t) for t in (s, e) if 0 <= t < grid.num_months)
        for (_, (p, s, e)), variable in zip(self.pairs, self.stays, strict=True):
            for t in (s, e):
                if 0 <= t < grid.num_months:
                    changes[p, t].append(variable)
        spent = np.zeros(grid.num_months)
        for p, t in fixed_visits:
            spent[t] += round(grid.visit_hours[p] * HOUR_SCALE + 0.499)
        used: dict[int, list[tuple[cp_model.IntVar, int]]] = defaultdict(list)
        for (p, t), variables in changes.items():
            if (p, t) in fixed_visits:
                continue
            visit = self.model.new_bool_var("")
            self.model.add_max_equality(visit, variables)
            self.terms.append((visit, -round(float(grid.visit_points[p, t]) * SCALE)))
            used[t].append((visit, round(grid.visit_hours[p] * HOUR_SCALE + 0.499)))
        for t, visits in used.items():
            room = int(grid.hours[t] * HOUR_SCALE - spent[t])
            total = sum(hours for _, hours in visits)
            if total > room:
                lacking = self.model.new_int_var(0, total + max(0, -room), "")
                self.model.add(sum(v * hours for v, hours in visits) <= room + lacking)
                self.terms.append((lacking, -round(POINTS_PER_DEBT * SCALE / HOUR_SCALE)))

    def _floors_and_pins_are_met(self) -> None:
        wanted: list[list[cp_model.IntVar]] = []
        for p, first, end in self.grid.floors:
            if not any(x == p and s < end and e > first for _, (x, s, e) in self.fixed):
                wanted.append(
                    [
                        v
                        for (_, (x, s, e)), v in zip(self.pairs, self.stays, strict=True)
                        if x == p and s < end and e > first
                    ]
                )
        for b, p, t in self.grid.pins:
            if not any(o == b and x == p and s <= t < e for o, (x, s, e) in self.fixed):
                wanted.append(
                    [
                        v
                        for (o, (x, s, e)), v in zip(self.pairs, self.stays, strict=True)
                        if o == b and x == p and s <= t < e
                    ]
                )
        for row in wanted:
            if row:
                missed = self.model.new_bool_var("")
                self.model.add_bool_or([*row, missed])
                self.terms.append((missed, -round(POINTS_PER_DEBT * SCALE)))

    def _seen_titles_stay_away(self) -> None:
        grid = self.grid
        rules = grid.problem.rules
        by_library: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
        for i, (b, (p, s, e)) in enumerate(self.pairs):
            by_library[p].append((b, s, e, i))
        for b, (p, s, e) in self.fixed:
            by_library[p].append((b, s, e, -1))
        for p, stays in by_library.items():
            groups: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
            for b, s, e, i in stays:
                groups[b].append((s, e, i))
            names = sorted(groups)
            for x in names:
                for y in names:
                    seen = float(grid.overlap[x, y])
                    if seen <= 0:
                        continue
                    self._keep_apart(p, x, groups[x], y, groups[y], seen, rules.memory_months)

    def _keep_apart(
        self,
        library: int,
        batch: int,
        stays: list[tuple[int, int, int]],
        other: int,
        earlier: list[tuple[int, int, int]],
        seen: float,
        memory: int,
    ) -> None:
        """Forbid each stay of `batch` together with earlier stays that show its titles."""
        limit = self.grid.problem.rules.max_seen_share + 1e-9
        if batch == other and memory >= self.grid.num_months:
            row = [self.stays[i] for _, _, i in stays if i >= 0]
            if len(row) < len(stays):
                for variable in row:
                    self.model.add(variable == 0)
            elif len(row) > 1:
                self.model.add_at_most_one(row)
            return
        for s, _, i in stays:
            if s < 0 or (
                batch != other and seen + 1 - float(self.grid.fresh[batch, library, s]) <= limit
            ):
                continue
            others: list[int] = []
            for s2, e2, j in earlier:
                if s2 < s and e2 - 1 >= s - memory and (i >= 0 or j >= 0) and j != i:
                    others.append(j)
            if i < 0:
                for j in others:
                    self.model.add(self.stays[j] == 0)
            elif any(j < 0 for j in others):
                self.model.add(self.stays[i] == 0)
            else:
                for j in others:
                    self.model.add_at_most_one([self.stays[i], self.stays[j]])

    def _chains_cost(self) -> None:
        if self.grid.lag:
            return
        ends: dict[tuple[int, int], list[cp_model.IntVar | int]] = defaultdict(list)
        starts: dict[tuple[int, int], list[cp_model.IntVar | int]] = defaultdict(list)
        free_batches = {b for b, _ in self.pairs}
        for (b, (_, s, e)), variable in zip(self.pairs, self.stays, strict=True):
            ends[b, e].append(variable)
            starts[b, s].append(variable)
        for b, (_, s, e) in self.fixed:
            if b in free_batches:
                ends[b, e].append(1)
                starts[b, s].append(1)
        for key in sorted(ends.keys() & starts.keys()):
            chain = self.model.new_bool_var("")
            self.model.add(chain >= sum(ends[key]) + sum(starts[key]) - 1)
            self.terms.append((chain, -round(POINTS_PER_CHAIN * SCALE)))

    def forbid(self, clash: tuple[Pair, ...]) -> bool:
        """Forbid some stays together; False when all of them are fixed."""
        row = [self.stays[self.at[pair]] for pair in dict.fromkeys(clash) if pair in self.at]
        if row:
            self.model.add(sum(row) <= len(row) - 1)
        return bool(row)

    def solve(self, seed: int, effort: float) -> list[Pair] | None:
        """Return the chosen stays, or None when none were found."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = effort
        solver.parameters.relative_gap_limit = 1e-4
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return [p for p, v in zip(self.pairs, self.stays, strict=True) if solver.boolean_value(v)]


def improve(
    grid: Grid,
    bound: Bound,
    schedule: Schedule,
    freed: Freed,
    *,
    seed: int,
    effort: float,
    most: int,
) -> Schedule | None:
    """Return a schedule that keeps every packing rule with some stays chosen anew, or None.

    Rings of chains and titles seen in several batches together are forbidden when they turn up.
    """
    fixed, free = free_stays(schedule, freed)
    candidates = list_candidates(grid, bound, freed, fixed, free, most)
    if not candidates:
        return None
    model = SubModel(grid, fixed, candidates, free)
    for _ in range(5):
        chosen = model.solve(seed, effort)
        if chosen is None:
            return None
        result = join_stays(len(schedule), [*fixed, *chosen])
        clashes = [*find_rings(result), *find_repeats(grid, result)]
        if not clashes:
            return result
        for clash in clashes:
            if not model.forbid(clash):
                return None
    return None


def join_stays(num_batches: int, pairs: list[Pair]) -> Schedule:
    """Return stays as a schedule."""
    slots: list[list[Slot]] = [[] for _ in range(num_batches)]
    for b, slot in pairs:
        slots[b].append(slot)
    return tuple(tuple(sorted(one, key=lambda slot: slot[1])) for one in slots)
