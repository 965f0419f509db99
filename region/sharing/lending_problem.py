"""What an exchange plan chooses among, and what a choice is worth, in hundredths of a use."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from province.ids import BatchId
from region.sharing.sharing_file import RunKind

UNIT = 100
"""Parts of a use in which worth is counted."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Batches of one province that are the same for the choice.

    Parameters
    ----------
    owner, kind
        Numbers of the province and of the kind of batch.
    batches
        The first ones are lent first.
    free
        By month: whether they may be with another province then.
    works
        By month: whether they would be of use to their owner.
    """

    owner: int
    kind: int
    batches: tuple[BatchId, ...]
    free: tuple[bool, ...]
    works: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class DepotWay:
    """What can carry batches between two depots in a month.

    Parameters
    ----------
    driver, other
        Numbers of the province whose vehicle drives, and of the one to whose depot it drives.
    there, back
        Batches that it carries to the other depot, and back to its own, each time.
    most
        How often it can drive in the month.
    uses
        What driving once counts, in hundredths of a use.
    """

    month: int
    driver: int
    other: int
    kind: RunKind
    trip_id: str
    there: int
    back: int
    most: int
    length_km: float
    price_vnd: int
    uses: int

    def carries(self, sender: int, receiver: int) -> int:
        """Return how many batches it carries from one province to another; 0: not between them."""
        if (self.driver, self.other) == (sender, receiver):
            return self.there
        return self.back if (self.driver, self.other) == (receiver, sender) else 0


class Lend(NamedTuple):
    """A batch of a lot with another province from the month `first` to the month `last`.

    In both of these it is handed over and serves nobody; in those between it serves the borrower.
    """

    lot: int
    borrower: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class LendingProblem:
    """What is chosen among.

    Parameters
    ----------
    gains
        By province, month and kind: what the first, second, … batch more is worth there; falling.
    losses
        By province, month and kind: what the first, second, … batch fewer costs; rising.
    joint_gains, joint_losses
        By province and month: the most that so many batches more of any kinds are worth, and the
        least that so many fewer cost; each for the first, second, … batch. Kinds share libraries,
        so what they are worth together is the less of this and of the sum by kind.
    lendable
        By owner, kind and month: how many more may be away.
    owed
        Batches that are lent already and go home: borrower, owner and month of each.
    loan_uses
        What one loan counts.
    lends
        What may be chosen, each as often as its lot has batches.
    """

    months: int
    lots: tuple[Lot, ...]
    ways: tuple[DepotWay, ...]
    gains: Mapping[tuple[int, int, int], tuple[int, ...]]
    losses: Mapping[tuple[int, int, int], tuple[int, ...]]
    joint_gains: Mapping[tuple[int, int], tuple[int, ...]]
    joint_losses: Mapping[tuple[int, int], tuple[int, ...]]
    lendable: Mapping[tuple[int, int, int], int]
    loan_uses: int
    lends: tuple[Lend, ...]
    owed: tuple[tuple[int, int, int], ...] = ()


Lending = Mapping[Lend, int]
"""How many batches are lent so."""

Driven = Mapping[int, int]
"""How often each way is driven, by its number."""


def count_there(problem: LendingProblem, lending: Lending) -> Counter[tuple[int, int, int]]:
    """Return how many batches more serve each province, month and kind."""
    found: Counter[tuple[int, int, int]] = Counter()
    for lend, count in lending.items():
        for t in range(lend.first + 1, lend.last):
            found[lend.borrower, t, problem.lots[lend.lot].kind] += count
    return found


def count_away(problem: LendingProblem, lending: Lending) -> Counter[tuple[int, int, int]]:
    """Return how many batches of use at home are away, by owner, month and kind."""
    found: Counter[tuple[int, int, int]] = Counter()
    for lend, count in lending.items():
        lot = problem.lots[lend.lot]
        for t in range(lend.first, lend.last + 1):
            found[lot.owner, t, lot.kind] += count * lot.works[t]
    return found


def count_carried(problem: LendingProblem, lending: Lending) -> Counter[tuple[int, int, int]]:
    """Return how many batches are carried from one province to another in a month."""
    found = Counter(problem.owed)
    for lend, count in lending.items():
        owner = problem.lots[lend.lot].owner
        found[owner, lend.borrower, lend.first] += count
        found[lend.borrower, owner, lend.last] += count
    return found


def value_lending(problem: LendingProblem, lending: Lending, driven: Driven) -> int:
    """Return what a choice is worth; only one that keeps the limits means anything."""
    worth = -problem.loan_uses * sum(lending.values())
    there, away = count_there(problem, lending), count_away(problem, lending)
    for q, t in sorted({(q, t) for q, t, _ in (*there, *away)}):
        more = {k: n for (a, b, k), n in there.items() if (a, b) == (q, t)}
        fewer = {k: n for (a, b, k), n in away.items() if (a, b) == (q, t)}
        worth += min(
            sum(sum(problem.gains[q, t, k][:n]) for k, n in more.items()),
            sum(problem.joint_gains[q, t][: sum(more.values())]),
        )
        worth -= max(
            sum(sum(problem.losses[q, t, k][:n]) for k, n in fewer.items()),
            sum(problem.joint_losses[q, t][: sum(fewer.values())]),
        )
    return worth - sum(problem.ways[w].uses * times for w, times in driven.items())
