"""Random rotation problems small enough to try every schedule, and the best of all."""

import itertools
from dataclasses import replace

import numpy as np
from rotation_cases import FIRST, make_batch, make_library

from province.settings import RotationSettings
from province.visits import Reach
from rotation.checks.checked_plan import CheckedPlan
from rotation.checks.rules import RULES, verify_rotation
from rotation.instance.instance import build_instance
from rotation.instance.score import Scorer
from rotation.problem import IndexStay, Placement, RotationPlan, RotationProblem, Stay

SIZES = ((2, 3, 3), (3, 2, 3), (3, 3, 2), (3, 3, 3))
"""Batches, libraries, months."""

OF_WHOLE_PLANS = {
    "no_library_stands_empty_too_long",
    "what_stands_there_stays_or_is_fetched",
    "pins_are_kept",
}
"""Rules that another batch's stays may mend."""

NOT_OF_SCHEDULES = {"movements_follow_the_stays"}


def draw_problem(seed, *, plain=False):
    """A random problem; a plain one has one batch at a time and no title twice."""
    rng = np.random.default_rng(seed)
    num_batches, num_libraries, num_months = SIZES[seed % len(SIZES)]
    months = tuple(FIRST.plus(t) for t in range(num_months))
    farming = rng.integers(10, 61, size=num_batches).tolist()
    names, sites = "ABC"[:num_batches], [f"P{p + 1}" for p in range(num_libraries)]
    placements = [
        Placement(name, sites[int(rng.integers(num_libraries))], int(rng.integers(1, 4)))
        if rng.random() < 0.4
        else Placement(name, "KHO", 0)
        for name in names
    ]
    titles = [
        np.arange(4 * b, 4 * b + 4) if plain else np.sort(rng.choice(12, size=4, replace=False))
        for b in range(num_batches)
    ]
    seen = [{int(k): -1 for k in rng.choice(12, size=2, replace=False)} for _ in sites]
    for place, own in zip(placements, titles, strict=True):
        if place.site_id in sites:
            seen[sites.index(place.site_id)].update(dict.fromkeys(own.tolist(), -1))
    shut = {(sites[0], months[int(rng.integers(num_months))]): 0} if rng.random() < 0.3 else {}
    return RotationProblem(
        months=months,
        batches=tuple(
            make_batch(name, farming=n, tales=70 - n)
            for name, n in zip(names, farming, strict=True)
        ),
        libraries=tuple(
            make_library(
                site,
                int(rng.choice([80, 150])),
                last_month=num_months - 1,
                equity_weight=float(rng.uniform(1, 1.5)),
            )
            for site in sites
        ),
        depots=("KHO",),
        placements=tuple(placements),
        demand=rng.gamma(2.0, 60.0, size=(num_libraries, num_months, 2)),
        offer=np.array([[n, 70 - n] for n in farming], dtype=np.float64),
        titles=tuple(titles),
        seen_until=tuple(seen),
        reach=Reach(shut, {}, 200_000, dict.fromkeys(sites, 5.0)),
        hours_per_month=(float(rng.choice([10.0, 15.0])),) * num_months,
        unavailable=frozenset({(0, 0)}) if rng.random() < 0.2 else frozenset(),
        pins=frozenset(),
        last_stays=(),
        rules=RotationSettings(
            horizon_months=num_months,
            min_stay_months=int(rng.integers(1, 3)),
            max_stay_months=int(rng.integers(2, 4)),
            max_empty_months=2,
            max_batches_per_library=1 if plain else 2,
            max_seen_share=float(rng.choice([0.2, 0.5])),
            chains=bool(rng.random() < 0.7),
        ),
    )


def give_second_depot(problem, seed):
    """The problem with some of the batches at KH2, which other vehicles start from."""
    rng = np.random.default_rng(1000 + seed)
    homes = [str(rng.choice(["KHO", "KH2"])) for _ in problem.batches]
    sites = [library.site_id for library in problem.libraries]
    boxes, extra = {}, {}
    for site, month in itertools.product(sites, problem.months):
        dear = str(rng.choice(["KHO", "KH2"]))
        extra[dear, site, month] = int(rng.integers(0, 1_000_000))
        boxes |= {(dear, site, month): int(rng.choice([0, 1, 2, 9]))}
    return replace(
        problem,
        depots=("KHO", "KH2"),
        batches=tuple(
            replace(batch, depot_id=home)
            for batch, home in zip(problem.batches, homes, strict=True)
        ),
        placements=tuple(
            place if place.site_id in sites else replace(place, site_id=home)
            for place, home in zip(problem.placements, homes, strict=True)
        ),
        reach=replace(problem.reach, depot_boxes=boxes, extra_vnd=extra),
    )


def plan_of(problem, schedule):
    """A plan without movements, which the enumeration does not compare."""
    stays = tuple(
        Stay(
            problem.batches[b].batch_id,
            problem.libraries[p].site_id,
            FIRST.plus(s),
            e - s,
            0.0,
            e == len(problem.months),
        )
        for b, slots in enumerate(schedule)
        for _, p, s, e in slots
    )
    return RotationPlan(problem.months, stays, (), "", 0.0, 0.0, 0.0, 0, 1.0, 0.0, (), ())


def list_broken_rules(problem, schedule):
    found = {v.rule for v in verify_rotation(problem, plan_of(problem, schedule))}
    return found - NOT_OF_SCHEDULES


def breaks_a_rule_alone(problem, schedule):
    """Whether a rule is broken that no other batch's stays may mend."""
    stays = tuple(stay for own in schedule for stay in own)
    checked = CheckedPlan(problem, plan_of(problem, schedule), stays)
    rules = (rule for rule in RULES if rule.name not in OF_WHOLE_PLANS | NOT_OF_SCHEDULES)
    return any(True for rule in rules for check in rule.checks for _ in check(checked))


def _list_sequences(b, num_libraries, first, num_months):
    """Every sequence of stays from a month on, the empty one included."""
    yield ()
    for s in range(first, num_months):
        for e in range(s + 1, num_months + 1):
            for p in range(num_libraries):
                for rest in _list_sequences(b, num_libraries, e, num_months):
                    yield (IndexStay(b, p, s, e), *rest)


def _list_own(problem, b):
    """Every sequence of stays of one batch that breaks no rule when it is alone."""
    num_libraries, num_months = len(problem.libraries), len(problem.months)
    sites = [library.site_id for library in problem.libraries]
    place = problem.placements[b]
    if place.site_id in sites:
        p, first = sites.index(place.site_id), -place.months_there
        options = [
            (IndexStay(b, p, first, end), *rest)
            for end in range(num_months + 1)
            for rest in _list_sequences(b, num_libraries, end, num_months)
        ]
    else:
        options = list(_list_sequences(b, num_libraries, 0, num_months))
    nobody = [()] * len(problem.batches)
    return [
        own
        for own in options
        if not breaks_a_rule_alone(problem, [*nobody[:b], own, *nobody[b + 1 :]])
    ]


def keeps_to(problem, swaps, schedule):
    """Whether the first month does only what trips can do."""

    def is_visited(stay):
        return (problem.batches[stay.batch].depot_id, stay.library) in swaps.visited

    return all(
        ((stay.batch, stay.library) in swaps.brought if stay.first == 0 else True)
        and (is_visited(stay) if stay.first < 0 and stay.end == 0 else True)
        for own in schedule
        for stay in own
    )


def enumerate_best(problem, swaps=None):
    """Points of the best schedule that keeps every rule, and of the best that sends nothing out."""
    scorer = Scorer(build_instance(problem))
    ways = [_list_own(problem, b) for b in range(len(problem.batches))]
    scored = [
        (scorer.score(one).points, one)
        for one in itertools.product(*ways)
        if swaps is None or keeps_to(problem, swaps, one)
    ]
    scored.sort(key=lambda pair: -pair[0])
    best = idle = None
    for points, schedule in scored:
        is_idle = all(stay.first < 0 for slots in schedule for stay in slots)
        if (best is None or (is_idle and idle is None)) and not list_broken_rules(
            problem, schedule
        ):
            best = points if best is None else best
            idle = points if is_idle else idle
    return best, idle
