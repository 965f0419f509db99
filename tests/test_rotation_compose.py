"""Composing batches: worth as much as the best of all ways, and every rule kept."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from province.errors import InfeasibleError
from province.settings import ComposeSettings, ServiceSettings
from province.stock import StockTitle
from rotation.compose.compose import compose_batches, lendable, value_of
from rotation.compose.problem import ComposedBatch, ComposeProblem, LibraryKind
from rotation.compose.verify import verify_composition

SERVICE = ServiceSettings(books_per_box=4, box_kg=2.0)


def title(number: int, category: str, copies: int, *, mass_g=400, rare=False, own=False):
    return StockTitle(f"t{number}", f"Title {number}", category, copies, mass_g, rare, own)


def problem_of(titles, kinds, *, half=5.0, **rules) -> ComposeProblem:
    usual = {"books_min": 1, "books_max": 6, "max_boxes": 9, "copies_per_batch": 2}
    return ComposeProblem(
        tuple(titles), tuple(kinds), half, ComposeSettings(**usual | rules), SERVICE
    )


def kind(batches: int, demand: dict[str, float], suits=("a", "b")) -> LibraryKind:
    return LibraryKind(("S",), batches, demand, frozenset(suits))


@pytest.mark.parametrize(
    ("copies", "rare", "own", "expected"),
    # three copies at least, one stays at home; rotation's own titles may go whole; rare ones never
    [
        (2, False, False, 0),
        (3, False, False, 2),
        (5, False, False, 4),
        (2, False, True, 2),
        (9, True, True, 0),
    ],
)
def test_copies_that_may_travel(copies, rare, own, expected) -> None:
    assert lendable(title(1, "a", copies, rare=rare, own=own), ComposeSettings()) == expected


def _best_by_enumeration(problem: ComposeProblem) -> float:
    """Try every number of copies of every title in every batch."""
    batches = [k for k, kind in enumerate(problem.kinds) for _ in range(kind.batches)]
    may = [lendable(one, problem.rules) for one in problem.titles]
    most = problem.rules.copies_per_batch
    ways = [
        [way for way in product(range(most + 1), repeat=len(batches)) if sum(way) <= copies]
        for copies in may
    ]
    best = -1.0
    for chosen in product(*ways):
        whole = [
            ComposedBatch(k, (tuple((i, way[b]) for i, way in enumerate(chosen) if way[b]),))
            for b, k in enumerate(batches)
        ]
        if _keeps_sizes(problem, whole):
            best = max(best, sum(value_of(problem, batch) for batch in whole))
    return best


def _keeps_sizes(problem: ComposeProblem, batches: list[ComposedBatch]) -> bool:
    for batch in batches:
        copies = batch.copies
        books = sum(copies.values())
        suits = problem.kinds[batch.kind].suits
        suiting = sum(n for i, n in copies.items() if problem.titles[i].category_id in suits)
        if not problem.rules.books_min <= books <= problem.rules.books_max or 2 * suiting < books:
            return False
    return True


@pytest.mark.parametrize("seed", range(12))
def test_no_way_of_composing_is_worth_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    titles = [
        title(i, str(rng.choice(["a", "b"])), int(rng.integers(2, 6)), own=bool(rng.integers(2)))
        for i in range(4)
    ]
    kinds = [kind(1, {"a": rng.uniform(1, 9), "b": rng.uniform(1, 9)}) for _ in range(2)]
    problem = problem_of(titles, kinds, books_max=int(rng.integers(3, 6)))
    plan = compose_batches(problem)
    best = _best_by_enumeration(problem)
    assert verify_composition(problem, plan) == ()
    assert plan.bound >= best - 1e-6
    assert plan.objective == pytest.approx(best, abs=1e-5)


def test_two_batches_of_a_kind_share_a_category_evenly() -> None:
    # 8 copies of "a" and 2 of "b" for two batches: 4 + 1 each is best, as the value is concave
    titles = [title(i, "a", 4, own=True) for i in range(2)] + [title(9, "b", 2, own=True)]
    problem = problem_of(titles, [kind(2, {"a": 10.0, "b": 10.0})])
    plan = compose_batches(problem)
    mixes = [
        sorted((problem.titles[i].category_id, n) for i, n in batch.copies.items())
        for batch in plan.batches
    ]
    assert mixes == [[("a", 2), ("a", 2), ("b", 1)]] * 2
    worth = 10 * (1 - np.exp(-4 / 5)) + 10 * (1 - np.exp(-1 / 5))
    assert plan.objective == pytest.approx(2 * worth)


def test_batches_of_one_kind_share_few_titles() -> None:
    # 30 titles of 2 copies: three batches of 20 books can do without a title in common
    titles = [title(i, "a", 2, own=True) for i in range(30)]
    problem = problem_of(titles, [kind(3, {"a": 9.0})], books_max=20, copies_per_batch=2)
    first, second, third = (set(batch.copies) for batch in compose_batches(problem).batches)
    assert len(first & second) + len(second & third) + len(first & third) <= 30
    assert max(len(first & second), len(second & third)) <= 10


def test_half_of_a_batch_suits_its_libraries() -> None:
    # "b" is worth far more, but the libraries asked for "a" alone
    titles = [title(i, "a", 9, own=True) for i in range(3)] + [
        title(i + 3, "b", 9, own=True) for i in range(5)
    ]
    problem = problem_of(titles, [kind(2, {"a": 1.0, "b": 50.0}, suits=["a"])], books_max=8)
    plan = compose_batches(problem)
    assert verify_composition(problem, plan) == ()
    for batch in plan.batches:
        suiting = sum(n for i, n in batch.copies.items() if problem.titles[i].category_id == "a")
        assert suiting >= sum(batch.copies.values()) / 2


def test_boxes_are_neither_too_heavy_nor_too_full() -> None:
    # 4 books or 2 kg a box: 2 · 900 g; 2 · 900 + 2 · 100 g, just 2 kg; the last two of 100 g
    titles = [title(i, "a", 1, own=True, mass_g=900 if i < 4 else 100) for i in range(8)]
    problem = problem_of(titles, [kind(1, {"a": 9.0})], books_max=8)
    boxes = compose_batches(problem).batches[0].boxes
    assert [sum(n for _, n in box) for box in boxes] == [2, 4, 2]


def test_books_are_left_out_when_the_boxes_are_too_many() -> None:
    titles = [title(i, "a", 1, own=True, mass_g=900) for i in range(8)]
    problem = problem_of(titles, [kind(1, {"a": 9.0})], books_max=8, max_boxes=3)
    plan = compose_batches(problem)
    assert verify_composition(problem, plan) == ()
    assert len(plan.batches[0].boxes) <= 3
    assert plan.bound == pytest.approx(9 * (1 - np.exp(-8 / 5)))
    assert plan.gap > 0


def test_a_stock_too_small_is_told_with_what_would_help() -> None:
    problem = problem_of([title(1, "a", 2)], [kind(1, {"a": 9.0})])
    with pytest.raises(InfeasibleError, match="0 copies may travel"):
        compose_batches(problem)


@pytest.mark.parametrize(
    ("boxes", "rule"),
    [
        ((((0, 1),),), "titles_have_enough_copies"),
        ((((1, 3),),), "some_copies_stay_at_home"),
        ((((2, 1),),), "no_rare_book_travels"),
        ((((3, 3),),), "no_more_copies_than_there_are"),
        ((((1, 2), (4, 4)),), "boxes_hold_their_books"),
        ((((5, 2),),), "boxes_are_not_too_heavy"),
        (((),), "batches_have_the_size_asked"),
        ((((6, 2),),), "half_of_a_batch_suits_its_libraries"),
        ((((4, 3),),), "few_copies_of_a_title_in_a_batch"),
        ((((4, 1),), ((4, 1),), ((7, 1),)), "batches_fit_their_boxes"),
    ],
)
def test_the_checker_finds_each_broken_rule(boxes, rule) -> None:
    titles = [
        title(0, "a", 2), title(1, "a", 3), title(2, "a", 9, rare=True), title(3, "a", 2, own=True),
        title(4, "a", 9), title(5, "a", 9, mass_g=1500), title(6, "c", 9), title(7, "a", 9),
    ]  # fmt: skip
    problem = problem_of(titles, [kind(1, {"a": 1.0})], max_boxes=2)
    plan = compose_batches(problem)
    assert verify_composition(problem, plan) == ()
    bad = replace(plan, batches=(ComposedBatch(0, boxes),))
    assert rule in {violation.rule for violation in verify_composition(problem, bad)}
