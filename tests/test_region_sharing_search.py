"""The choice of loans is the best of all choices, tried one by one."""

import itertools
import random
from collections import Counter

import pytest

from province.ids import BatchId
from region.sharing.lending_draft import LendingDraft
from region.sharing.lending_problem import DepotWay, Lend, LendingProblem, Lot
from region.sharing.lending_search import search_lending

MONTHS, ROOM = 5, 2


def draw_problem(seed: int) -> LendingProblem:
    """Three provinces, two kinds of batches, four possible loans, each once or twice."""
    chance = random.Random(seed)
    lots, lends = [], []
    for number in range(3):
        ids = tuple(BatchId(f"{number}.{k}") for k in range(chance.randint(1, 2)))
        works = tuple(chance.random() < 0.7 for _ in range(MONTHS))
        lots.append(Lot(number, chance.randint(0, 1), ids, (True,) * MONTHS, works))
    while len(lends) < 4:
        lot = chance.randrange(3)
        borrower = chance.choice([q for q in range(3) if q != lots[lot].owner])
        first = chance.randint(0, 2)
        lend = Lend(lot, borrower, first, chance.randint(first + 2, MONTHS - 1))
        if lend not in lends:
            lends.append(lend)
    cells = list(itertools.product(range(3), range(MONTHS), range(2)))
    gains = {c: tuple(sorted((chance.randint(0, 60) for _ in range(3)), reverse=True))
             for c in cells}  # fmt: skip
    losses = {c: tuple(sorted(chance.randint(0, 25) for _ in range(3))) for c in cells}
    pairs = list(itertools.product(range(3), range(MONTHS)))
    joint_gains = {(q, t): tuple(sorted((*gains[q, t, 0], *gains[q, t, 1]), reverse=True)[:4])
                   for q, t in pairs}  # fmt: skip
    joint_losses = {(q, t): tuple(sorted((*losses[q, t, 0], *losses[q, t, 1]))[2:])
                    for q, t in pairs}  # fmt: skip
    ways = tuple(
        DepotWay(t, a, b, "trunk", "", ROOM, ROOM, 2, 100.0, 1_000, chance.randint(5, 40))
        for a, b in itertools.combinations(range(3), 2)
        for t in range(MONTHS)
    )
    lendable = {(lot.owner, lot.kind, t): chance.randint(1, 2) for lot in lots
                for t in range(MONTHS)}  # fmt: skip
    owed = ((1, 0, 3),) if seed % 3 == 0 else ()
    return LendingProblem(
        MONTHS, tuple(lots), ways, gains, losses, joint_gains, joint_losses, lendable, 3,
        tuple(sorted(lends)), owed,
    )  # fmt: skip


def try_all(problem: LendingProblem) -> int:
    """Return the best worth of all choices, counted from their meaning alone."""
    counts = [range(len(problem.lots[lend.lot].batches) + 1) for lend in problem.lends]
    values = (value(problem, dict(zip(problem.lends, one, strict=True)))
              for one in itertools.product(*counts))  # fmt: skip
    return max(one for one in values if one is not None)


def value(problem: LendingProblem, lending: dict[Lend, int]) -> int | None:
    worth = -problem.loan_uses * sum(lending.values())
    carried = Counter(problem.owed)
    for t in range(problem.months):
        here: Counter[tuple[int, int]] = Counter()
        gone: Counter[tuple[int, int]] = Counter()
        out: Counter[int] = Counter()
        all_out: Counter[tuple[int, int]] = Counter()
        for lend, n in lending.items():
            lot = problem.lots[lend.lot]
            if lend.first <= t <= lend.last:
                out[lend.lot] += n
                all_out[lot.owner, lot.kind] += n
                gone[lot.owner, lot.kind] += n if lot.works[t] else 0
            if lend.first < t < lend.last:
                here[lend.borrower, lot.kind] += n
            if t == lend.first:
                carried[lot.owner, lend.borrower, t] += n
            if t == lend.last:
                carried[lend.borrower, lot.owner, t] += n
        if any(n > len(problem.lots[lot].batches) for lot, n in out.items()):
            return None
        if any(n > problem.lendable[q, k, t] for (q, k), n in all_out.items()):
            return None
        for q in range(3):
            more, fewer = ([tables[q, k] for k in range(2)] for tables in (here, gone))
            if any(n > 3 for n in (*more, *fewer)) or sum(more) > 4 or sum(fewer) > 4:
                return None
            worth += min(sum(sum(problem.gains[q, t, k][:n]) for k, n in enumerate(more)),
                         sum(problem.joint_gains[q, t][: sum(more)]))  # fmt: skip
            worth -= max(sum(sum(problem.losses[q, t, k][:n]) for k, n in enumerate(fewer)),
                         sum(problem.joint_losses[q, t][: sum(fewer)]))  # fmt: skip
    for way in problem.ways:
        most = max(carried[way.driver, way.other, way.month],
                   carried[way.other, way.driver, way.month])  # fmt: skip
        runs = -(-most // ROOM)
        if runs > way.most:
            return None
        worth -= runs * way.uses
    return worth


@pytest.mark.parametrize("seed", range(50))
def test_no_choice_is_better(seed: int) -> None:
    problem = draw_problem(seed)
    found = search_lending(problem, work=0.05)
    best = try_all(problem)
    assert found.value == best
    assert found.bound == best
    assert value(problem, {one: found.lending.get(one, 0) for one in problem.lends}) == best


def test_some_of_these_lend_and_some_do_not() -> None:
    lending = [bool(search_lending(draw_problem(seed), work=0.05).lending) for seed in range(12)]
    assert any(lending)
    assert not all(lending)


@pytest.mark.parametrize("seed", range(12))
def test_the_draft_keeps_every_limit(seed: int) -> None:
    problem = draw_problem(seed)
    draft = LendingDraft(problem)
    draft.grow()
    worth = value(problem, {one: draft.lending.get(one, 0) for one in problem.lends})
    assert worth is not None
    empty = value(problem, dict.fromkeys(problem.lends, 0))
    assert empty is not None
    assert worth >= empty


def test_the_same_seed_gives_the_same_choice() -> None:
    one, other = (search_lending(draw_problem(4), seed=3, work=0.05) for _ in range(2))
    assert (one.lending, one.driven) == (other.lending, other.driven)
