"""Small rotation problems in memory, and a plan written by hand that keeps every rule.

Four months from December 2026, three libraries, four batches of 70 books (40 farming for adults,
30 tales for children) of two titles each, shared with nobody. A stands at P1 since November:

====  ============  ======  ======  ==========
      Dec           Jan     Feb     Mar
====  ============  ======  ======  ==========
P1    A             B       B       B (stays)
P2    (empty)       A       A       C (stays)
P3    C             C       D       D (stays)
====  ============  ======  ======  ==========

A goes from P1 straight to P2 in January; C is at the depot in February. A visit takes 5 hours:
P3 in December, P1 and P2 in January, P3 in February, P2 in March, so 10 hours suffice.
"""

from dataclasses import replace

import numpy as np

from province.dates import Month
from province.settings import RotationSettings
from province.stock import Batch, Category, Condition
from province.visits import Movement, Reach
from rotation.problem import Library, Placement, RotationPlan, RotationProblem, Stay

FIRST = Month(2026, 12)
FARMING, TALES = "farming-adult-vi", "tales-child-vi"
CATEGORIES = (
    Category(FARMING, "farming", "adult", "vi", "Nông nghiệp"),
    Category(TALES, "tales", "child", "vi", "Truyện"),
)
STAYS = ("A P1 -1 2", "A P2 1 2", "B P1 1 3", "C P3 0 2", "C P2 3 1", "D P3 2 2")
MOVES = (
    "C 0 KHO P3",
    "A 1 P1 P2",
    "B 1 KHO P1",
    "C 2 P3 KHO",
    "D 2 KHO P3",
    "A 3 P2 KHO",
    "C 3 KHO P2",
)


def make_batch(batch_id, *, farming=40, tales=30, least=1, most=4):
    return Batch(
        batch_id=batch_id,
        name=f"Lô {batch_id}",
        books=farming + tales,
        boxes=2,
        mass_kg=30.0,
        books_by_category=((FARMING, farming), (TALES, tales)),
        owner="Thư viện tỉnh",
        networks=(),
        condition=Condition.GOOD,
        depot_id="KHO",
        min_stay_months=least,
        max_stay_months=most,
        resting_until=None,
        pinned_site=None,
        pinned_until=None,
        note="",
    )


def make_library(site_id, capacity_books, *, last_month=3, equity_weight=1.0, empty_since=0):
    return Library(site_id, capacity_books, (), (), "", 0, last_month, empty_since, equity_weight)


def make_problem():
    """The problem of the table above; each month 30 farming and 20 tales uses at each library."""
    batches = tuple(make_batch(batch_id) for batch_id in "ABCD")
    return RotationProblem(
        months=tuple(FIRST.plus(t) for t in range(4)),
        batches=batches,
        libraries=(
            make_library("P1", 210),
            make_library("P2", 80),
            make_library("P3", 80, equity_weight=1.3),
        ),
        depots=("KHO",),
        placements=(
            Placement("A", "P1", 1),
            *(Placement(batch_id, "KHO", 0) for batch_id in "BCD"),
        ),
        demand=np.broadcast_to(np.array([30.0, 20.0]), (3, 4, 2)).copy(),
        offer=np.array([[40.0, 30.0]] * 4),
        titles=tuple(np.array([2 * b, 2 * b + 1], dtype=np.int64) for b in range(4)),
        seen_until=({0: -1, 1: -1}, {}, {}),
        reach=Reach({}, {}, 200_000, {"P1": 5.0, "P2": 5.0, "P3": 5.0}),
        hours_per_month=(10.0,) * 4,
        unavailable=frozenset(),
        pins=frozenset(),
        last_stays=(),
        rules=RotationSettings(
            horizon_months=4,
            min_stay_months=1,
            max_stay_months=3,
            max_empty_months=2,
            max_batches_per_library=2,
        ),
        categories=CATEGORIES,
    )


def make_plan(stays=STAYS, moves=MOVES):
    """A plan from lines like "batch site first months" and "batch month from to"."""
    return RotationPlan(
        months=tuple(FIRST.plus(t) for t in range(4)),
        stays=tuple(_read_stay(line) for line in stays),
        movements=tuple(_read_move(line) for line in moves),
        status="by hand",
        objective=0.0,
        bound=0.0,
        gap=0.0,
        seed=0,
        work=1.0,
        expected_uses=0.0,
        wishes=(),
        reasons=(),
    )


def change_batch(problem, batch_id, **changes):
    return replace(
        problem,
        batches=tuple(
            replace(batch, **changes) if batch.batch_id == batch_id else batch
            for batch in problem.batches
        ),
    )


def change_library(problem, site_id, **changes):
    return replace(
        problem,
        libraries=tuple(
            replace(library, **changes) if library.site_id == site_id else library
            for library in problem.libraries
        ),
    )


def change_rules(problem, **changes):
    return replace(problem, rules=problem.rules.model_copy(update=changes))


def swap_lines(lines, *, without=(), plus=()):
    """The lines without some that must be among them, and with others."""
    assert set(without) <= set(lines)
    return (*(line for line in lines if line not in without), *plus)


def _read_stay(line):
    batch_id, site_id, first, months = line.split()
    is_open = int(first) + int(months) == 4
    return Stay(batch_id, site_id, FIRST.plus(int(first)), int(months), 0.0, is_open)


def _read_move(line):
    batch_id, month, from_site, to_site = line.split()
    return Movement(batch_id, FIRST.plus(int(month)), from_site, to_site)
