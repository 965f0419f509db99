"""The choice from a pool: the cheapest columns that keep what is asked, proved."""

from search.set_partitioning import SetPartitioning

LIMITS = {"num_workers": 1, "max_deterministic_time": 1.0}


def test_the_cheapest_columns_that_serve_all_are_chosen() -> None:
    # both alone cost 3 + 3, together 5
    pool = [("a", 3), ("b", 3), ("ab", 5)]
    parts = SetPartitioning(pool)
    for name in "ab":
        rows = [k for k, (served, _) in enumerate(pool) if name in served]
        parts.allow_one(rows)
        parts.model.add(parts.count(rows) == 1)
    cost = sum(price * x for (_, price), x in zip(pool, parts.take, strict=True))
    chosen, is_proved = parts.choose(cost, (False, False, True), seed=0, limits=LIMITS)
    assert (chosen, is_proved) == ([("ab", 5)], True)


def test_what_cannot_be_has_no_answer() -> None:
    parts = SetPartitioning(["a"])
    parts.model.add(parts.count([0]) == 2)
    assert parts.choose(parts.count([0]), (False,), seed=0, limits=LIMITS) == (None, False)
