"""A rotation plan as its checker sees it: stays in month indices, and ways to walk them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from province.stock import Condition
from rotation.problem import RotationPlan, RotationProblem


@dataclass(frozen=True, slots=True)
class CaseStay:
    """A stay in month indices; `end` is the month in which it is taken away."""

    batch: int
    library: int
    first: int
    end: int
    is_open_end: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A plan with its problem; `stands` tells library and first month of running stays."""

    problem: RotationProblem
    plan: RotationPlan
    stays: tuple[CaseStay, ...]
    stands: dict[int, tuple[int, int]]  # batch → library, first month of the running stay

    def where(self, stay: CaseStay) -> str:
        """Return batch, library and month of a stay, for people."""
        batch = self.problem.batches[stay.batch].batch_id
        library = self.problem.libraries[stay.library].site_id
        return f"{batch} @ {library}, {self.problem.months[0].plus(stay.first)}"

    def is_carried(self, stay: CaseStay, month: int) -> bool:
        """Whether the batch may travel and some vehicle carries it there in a month."""
        problem = self.problem
        return self.is_fit(stay, month) and problem.reach.carries(
            problem.libraries[stay.library].site_id,
            problem.months[month],
            problem.batches[stay.batch].boxes,
        )

    def is_fit(self, stay: CaseStay, month: int) -> bool:
        """Whether the batch may travel in a month."""
        batch = self.problem.batches[stay.batch]
        return (
            batch.condition in (Condition.GOOD, Condition.WORN)
            and (stay.batch, month) not in self.problem.unavailable
        )


def list_pairs(case: Case) -> Iterator[tuple[CaseStay, CaseStay]]:
    """Yield each two stays of the same batch, the earlier first."""
    own: dict[int, list[CaseStay]] = defaultdict(list)
    for stay in sorted(case.stays, key=lambda x: (x.batch, x.first, x.end, x.library)):
        own[stay.batch].append(stay)
    for stays in own.values():
        for i, stay in enumerate(stays):
            for other in stays[i + 1 :]:
                yield stay, other


def list_present(case: Case) -> Iterator[tuple[int, int, list[CaseStay]]]:
    """Yield library, month and the stays there, where there is any."""
    there: dict[tuple[int, int], list[CaseStay]] = defaultdict(list)
    for stay in case.stays:
        for t in range(max(0, stay.first), min(stay.end, len(case.problem.months))):
            there[stay.library, t].append(stay)
    for (p, t), present in sorted(there.items(), key=lambda item: item[0]):
        yield p, t, present


def list_planned(case: Case) -> Iterator[CaseStay]:
    """Yield the stays that begin within the horizon."""
    return (stay for stay in case.stays if stay.first >= 0)


def list_exchanges(case: Case) -> Iterator[tuple[CaseStay, int]]:
    """Yield each stay with the months in which it is brought and fetched."""
    for stay in case.stays:
        if 0 <= stay.first < len(case.problem.months):
            yield stay, stay.first
        if 0 <= stay.end < len(case.problem.months):
            yield stay, stay.end
