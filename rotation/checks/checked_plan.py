"""A rotation plan as its checker sees it: stays in month indices, and ways to walk them."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

from province.language import Message
from province.stock import Condition
from rotation.problem import IndexStay, RotationPlan, RotationProblem

TOLERANCE = 1e-6

Found = Iterator[tuple[str, Message]]
"""Where a rule is broken, and how."""


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """A plan with its problem; `stays` are those of the plan, or others to be held against it.

    `mislabelled` are stays of which the plan says wrongly that they have an open end, or none.
    """

    problem: RotationProblem
    plan: RotationPlan
    stays: tuple[IndexStay, ...]
    mislabelled: frozenset[IndexStay] = frozenset()

    def where(self, stay: IndexStay) -> str:
        """Return batch, library and month of a stay, for people."""
        batch = self.problem.batches[stay.batch].batch_id
        library = self.problem.libraries[stay.library].site_id
        return f"{batch} @ {library}, {self.problem.months[0].plus(stay.first)}"

    def is_carried(self, stay: IndexStay, month: int) -> bool:
        """Whether the batch may travel and a vehicle of its depot carries it there in a month."""
        problem, batch = self.problem, self.problem.batches[stay.batch]
        return self.is_fit(stay, month) and problem.reach.carries(
            problem.libraries[stay.library].site_id,
            problem.months[month],
            batch.boxes,
            depot_id=batch.depot_id,
        )

    def is_fit(self, stay: IndexStay, month: int) -> bool:
        """Whether the batch may travel in a month."""
        batch = self.problem.batches[stay.batch]
        return (
            batch.condition in (Condition.GOOD, Condition.WORN)
            and (stay.batch, month) not in self.problem.unavailable
        )


Check = Callable[[CheckedPlan], Found]


def list_pairs(plan: CheckedPlan) -> Iterator[tuple[IndexStay, IndexStay]]:
    """Yield each two stays of the same batch, the earlier first."""
    own: dict[int, list[IndexStay]] = defaultdict(list)
    for stay in sorted(plan.stays, key=lambda x: (x.batch, x.first, x.end, x.library)):
        own[stay.batch].append(stay)
    for stays in own.values():
        yield from combinations(stays, 2)


def list_present(plan: CheckedPlan) -> Iterator[tuple[int, int, list[IndexStay]]]:
    """Yield library, month and the stays there, where there is any."""
    there: dict[tuple[int, int], list[IndexStay]] = defaultdict(list)
    for stay in plan.stays:
        for t in range(max(0, stay.first), min(stay.end, len(plan.problem.months))):
            there[stay.library, t].append(stay)
    for (p, t), present in sorted(there.items(), key=lambda item: item[0]):
        yield p, t, present


def list_planned(plan: CheckedPlan) -> Iterator[IndexStay]:
    """Yield the stays that begin within the horizon."""
    return (stay for stay in plan.stays if stay.first >= 0)


def list_exchanges(plan: CheckedPlan) -> Iterator[tuple[IndexStay, int]]:
    """Yield each stay with the months in which it is brought and fetched."""
    for stay in plan.stays:
        if 0 <= stay.first < len(plan.problem.months):
            yield stay, stay.first
        if 0 <= stay.end < len(plan.problem.months):
            yield stay, stay.end


def is_kept_by_need(plan: CheckedPlan, stay: IndexStay, due: int) -> bool:
    """Whether a stay goes on only because it was pinned or could not be fetched."""
    pinned = [
        t + 1
        for b, p, t in plan.problem.pins
        if stay.first < 0 and (b, p) == (stay.batch, stay.library)
    ]
    late = max([max(due, 0), *pinned])
    last = min(stay.end, len(plan.problem.months))
    return not any(plan.is_carried(stay, t) for t in range(late, last))
