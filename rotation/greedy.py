"""A first schedule: stays taken one by one in the order the relaxation likes them."""

from collections.abc import Iterator

import numpy as np

from rotation.grid import Grid, Schedule, Slot
from rotation.master import Pair, Relaxed
from rotation.measure import count_missed_pins, find_rings, guests_by_library, missed_floors


class Draft:
    """A schedule in the making that keeps every packing rule; floors and pins come as they may."""

    def __init__(self, grid: Grid, schedule: Schedule) -> None:
        self.grid = grid
        self.slots: list[list[Slot]] = [list(slots) for slots in schedule]
        self.books = grid.capacity_books.copy()
        self.count = grid.capacity_batches.copy()
        self.spent = np.zeros(grid.num_months)
        self.visits: set[tuple[int, int]] = set()
        for b, slots in enumerate(schedule):
            for slot in slots:
                self._take(b, slot, 1)

    def _take(self, batch: int, slot: Slot, sign: int) -> None:
        p, s, e = slot
        self.books[p, max(0, s) : e] -= sign * self.grid.books[batch]
        self.count[p, max(0, s) : e] -= sign
        for t in (s, e):
            if 0 <= t < self.grid.num_months and (p, t) not in self.visits:
                self.visits.add((p, t))
                self.spent[t] += self.grid.visit_hours[p]

    def add(self, batch: int, slot: Slot) -> bool:
        """Add a stay when every rule allows it; a running stay takes the place of the shorter."""
        grid, (p, s, e) = self.grid, slot
        own = self.slots[batch]
        replaced = own[0] if s < 0 and own and own[0][1] < 0 else None
        if slot in own:
            return True
        others = [x for x in own if x != replaced]
        if any(max(s, 0) < x[2] + grid.lag and x[1] < e + grid.lag for x in others):
            return False
        begin = max(0, s if replaced is None else replaced[2])
        has_room = (self.books[p, begin:e] >= grid.books[batch]).all()
        if not has_room or (self.count[p, begin:e] < 1).any():
            return False
        if any(
            (p, t) not in self.visits and self.spent[t] + grid.visit_hours[p] > grid.hours[t]
            for t in (s, e)
            if 0 <= t < grid.num_months
        ):
            return False
        if self._repeats(batch, slot, replaced):
            return False
        if replaced is not None:
            self._take(batch, replaced, -1)
        before = self.slots[batch]
        self.slots[batch] = sorted([*others, slot], key=lambda x: x[1])
        if any(x[2] == s or e == x[1] for x in others) and find_rings(self.schedule()):
            self.slots[batch] = before
            if replaced is not None:
                self._take(batch, replaced, 1)
            return False
        self._take(batch, slot, 1)
        return True

    def _repeats(self, batch: int, slot: Slot, replaced: Slot | None) -> bool:
        """Whether titles seen in batches before or after it are too many, counted one by one."""
        grid, (p, s, e) = self.grid, slot
        rules = grid.problem.rules
        limit = rules.max_seen_share + 1e-9
        stays = [
            (o, x[1], x[2])
            for o, slots in enumerate(self.slots)
            for x in slots
            if x[0] == p and not (o == batch and x == replaced)
        ]
        stays.append((batch, s, e))
        for o, first, end in stays:
            if first < 0 or not (o == batch or first > s):
                continue
            seen = 1 - float(grid.fresh[o, p, first])
            for q, other_first, other_end in stays:
                if (q, other_first) == (o, first) or other_first >= first:
                    continue
                if other_end - 1 >= first - rules.memory_months:
                    seen += 1.0 if q == o else float(grid.overlap[o, q])
            if seen > limit:
                return True
            del end
        return False

    def schedule(self) -> Schedule:
        """Return what was taken so far."""
        return tuple(tuple(slots) for slots in self.slots)


def draft_schedule(
    grid: Grid, relaxed: Relaxed, start: Schedule, *, floors_first: bool = False
) -> Schedule:
    """Return a first schedule from what stands there now and what the relaxation takes.

    With `floors_first` every library gets the stays it must have before the others take the
    batches: worth less, but no library stands empty.
    """
    draft = Draft(grid, start)
    for b, p, t in grid.pins:
        _meet_pin(draft, relaxed, b, p, t)
    liked = sorted(relaxed.taken.items(), key=lambda item: (-round(item[1], 6), item[0]))
    for (b, slot), _ in liked:
        if slot[1] < 0:
            draft.add(b, slot)
    if floors_first:
        _meet_floors(draft, relaxed)
    for (b, slot), _ in liked:
        if slot[1] >= 0:
            draft.add(b, slot)
    _meet_floors(draft, relaxed)
    for b, slot in _promising(relaxed, 6000):
        draft.add(b, slot)
    return draft.schedule()


def _meet_pin(draft: Draft, relaxed: Relaxed, batch: int, library: int, month: int) -> None:
    if any(p == library and s <= month < e for p, s, e in draft.slots[batch]):
        return
    for slot, _ in draft.grid.running[batch]:
        if slot[0] == library and slot[2] > month and draft.add(batch, slot):
            return
    values = relaxed.bound.reduced[batch, library]
    for flat in np.argsort(-values.ravel(), kind="stable"):
        s, length = np.unravel_index(flat, values.shape)
        slot = (library, int(s), int(s + length + 1))
        if not np.isfinite(values[s, length]):
            return
        if slot[1] <= month < slot[2] and draft.add(batch, slot):
            return


def _meet_floors(draft: Draft, relaxed: Relaxed) -> None:
    """Place the best stay that still fits wherever a library would stand empty too long."""
    for p, first, end in sorted(draft.grid.floors, key=lambda floor: (floor[2], floor[0])):
        guests = guests_by_library(draft.schedule()).get(p, [])
        if any(s < end and e > first for _, s, e in guests):
            continue
        values = relaxed.bound.reduced[:, p]
        order = np.argsort(-values.ravel(), kind="stable")
        for flat in order[: int(np.isfinite(values).sum())]:
            b, s, length = (int(i) for i in np.unravel_index(flat, values.shape))
            if s < end and s + length + 1 > first and draft.add(b, (p, s, s + length + 1)):
                break


def repair_floors(grid: Grid, relaxed: Relaxed, schedule: Schedule) -> Schedule:
    """Return a schedule in which fewer libraries stand empty too long.

    For each one, the best stay that could serve it takes the place of what its batch does at
    other libraries, as long as fewer libraries stand empty than before and no pin is missed.
    """
    missed = missed_floors(grid, guests_by_library(schedule))
    while missed:
        better = next((b for b in _evictions(grid, relaxed, schedule, missed)), None)
        if better is None:
            break
        schedule = better
        missed = missed_floors(grid, guests_by_library(schedule))
    return schedule


def _evictions(
    grid: Grid, relaxed: Relaxed, schedule: Schedule, missed: list[tuple[int, int, int]]
) -> Iterator[Schedule]:
    pins = count_missed_pins(grid, schedule)
    for p, first, end in missed:
        values = relaxed.bound.reduced[:, p]
        order = np.argsort(-values.ravel(), kind="stable")
        for flat in order[: int(np.isfinite(values).sum())]:
            b, s, length = (int(i) for i in np.unravel_index(flat, values.shape))
            slot = (p, s, s + length + 1)
            if s >= end or slot[2] <= first:
                continue
            kept = tuple(x for x in schedule[b] if x[1] < 0 or x[2] <= s or x[1] >= slot[2])
            trial = Draft(grid, (*schedule[:b], kept, *schedule[b + 1 :]))
            if not trial.add(b, slot):
                continue
            found = trial.schedule()
            fewer = len(missed_floors(grid, guests_by_library(found))) < len(missed)
            if fewer and count_missed_pins(grid, found) <= pins:
                yield found


def _promising(relaxed: Relaxed, most: int) -> list[Pair]:
    reduced = relaxed.bound.reduced
    flat = reduced.ravel()
    order = np.argsort(-flat, kind="stable")[: min(most, int(np.isfinite(flat).sum()))]
    where = np.unravel_index(order, reduced.shape)
    return [
        (int(b), (int(p), int(s), int(s + length + 1)))
        for b, p, s, length in zip(*where, strict=True)
    ]
