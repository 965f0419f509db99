"""The checks of what a library holds, of libraries that stand empty, and of vehicle hours."""

from collections import defaultdict
from collections.abc import Iterator
from math import exp

import numpy as np

from province.language import message
from rotation.checks.checked_plan import TOLERANCE, CheckedPlan, Found, list_exchanges, list_present
from rotation.checks.stays import CHECKS_OF_ONE_STAY
from rotation.problem import Floats, IndexStay


def shelves_hold_the_books(plan: CheckedPlan) -> Found:
    """Yield months in which more books stand at a library than its shelves hold."""
    for p, t, present in list_present(plan):
        books = sum(plan.problem.batches[stay.batch].books for stay in present)
        room = plan.problem.libraries[p].capacity_books
        if books > room and not _only_stuck(plan, present, t):
            yield (
                f"{plan.problem.libraries[p].site_id}, {plan.problem.months[t]}",
                message("{books} books stand on shelves for {room}", books=books, room=room),
            )


def few_batches_at_a_library(plan: CheckedPlan) -> Found:
    """Yield months in which too many batches stand at a library."""
    most = plan.problem.rules.max_batches_per_library
    for p, t, present in list_present(plan):
        if len(present) > most and not _only_stuck(plan, present, t):
            yield (
                f"{plan.problem.libraries[p].site_id}, {plan.problem.months[t]}",
                message("{count} batches, at most {most}", count=len(present), most=most),
            )


def _only_stuck(plan: CheckedPlan, present: list[IndexStay], month: int) -> bool:
    """Whether all that stands there stood there before and could not be fetched yet."""
    return all(
        stay.first < 0
        and not any(
            plan.is_carried(stay, t)
            and t >= stay.first + max(1, plan.problem.rules.min_stay_months)
            for t in range(month + 1)
        )
        for stay in present
    )


def no_library_stands_empty_too_long(plan: CheckedPlan) -> Found:
    """Yield the first month in which a library has stood empty too long."""
    problem = plan.problem
    reached = _measure_reach(plan)
    for p, library in enumerate(problem.libraries):
        most = 0 if library.never_empty else problem.rules.max_empty_months
        occupied = {
            t for stay in plan.stays if stay.library == p for t in range(stay.first, stay.end)
        }
        first = max(0, library.first_month)
        empty = min(library.empty_since, most) if first == 0 else 0
        for t in range(first, min(len(problem.months) - 1, library.last_month) + 1):
            if t in occupied:
                empty = 0
            elif _some_batch_could_come(plan, reached, p, t):
                empty += 1
            if empty > most:
                yield (
                    f"{library.site_id}, {problem.months[t]}",
                    message("empty for more than {most} months", most=most),
                )
                break


def _measure_reach(plan: CheckedPlan) -> Floats:
    """Return the share of each category's demand that each batch reaches where none knows it."""
    offer = np.array(plan.problem.offer, dtype=np.float64)
    reached: Floats = 1.0 - np.exp(-offer / plan.problem.rules.books_for_half_saturation)
    return reached


def _list_worth_asking(
    plan: CheckedPlan, reached: Floats, library: int, month: int
) -> Iterator[int]:
    """Yield the batches whose uses may be worth an exchange, were all their titles new.

    Most are not, and that is seen for all of them at once.
    """
    problem = plan.problem
    rules, site = problem.rules, problem.libraries[library].site_id
    if not rules.empty_cost_times or problem.libraries[library].never_empty:
        yield from range(len(problem.batches))
        return
    when = problem.months[month]
    price = problem.reach.price(site, when)
    uses = reached @ np.array(problem.demand[library, month], dtype=np.float64)
    for b, batch in enumerate(problem.batches):
        money = price + problem.reach.extra(site, when, batch.depot_id)
        points = money * rules.uses_per_million / 1e6
        if points <= rules.empty_cost_times * _sum_fades(plan, b) * uses[b] * (1 + TOLERANCE):
            yield b


def _sum_fades(plan: CheckedPlan, batch: int) -> float:
    """Return how many months of full use the longest stay of a batch is like."""
    rules = plan.problem.rules
    longest = max(1, min(plan.problem.batches[batch].max_stay_months, rules.max_stay_months))
    return sum(rules.fade[min(k, len(rules.fade) - 1)] if rules.fade else 1 for k in range(longest))


def _some_batch_could_come(plan: CheckedPlan, reached: Floats, library: int, month: int) -> bool:
    """Whether the rules on a single stay let any batch begin one at a library in a month."""
    problem = plan.problem
    for b in _list_worth_asking(plan, reached, library, month):
        batch = problem.batches[b]
        has_room = batch.books <= problem.libraries[library].capacity_books
        if not has_room or not _is_worth_forcing(plan, b, library, month):
            continue
        for end in range(month + 1, len(problem.months) + 1):
            stay = IndexStay(b, library, month, end)
            alone = CheckedPlan(problem, plan.plan, (stay,))
            if _is_pinned_elsewhere(plan, stay):
                continue
            if not any(True for check in CHECKS_OF_ONE_STAY for _ in check(alone)):
                return True
    return False


def _is_worth_forcing(plan: CheckedPlan, batch: int, library: int, month: int) -> bool:
    """Whether an exchange costs no more than `empty_cost_times` what its uses are worth."""
    problem = plan.problem
    rules, one = problem.rules, problem.batches[batch]
    if not rules.empty_cost_times or problem.libraries[library].never_empty:
        return True
    titles = [int(title) for title in problem.titles[batch]]
    until, oldest = problem.seen_until[library], month - rules.memory_months
    fresh = 1 - sum(until.get(title, oldest - 1) >= oldest for title in titles) / max(
        1, len(titles)
    )
    uses = _sum_fades(plan, batch) * sum(
        float(wanted) * (1 - exp(-float(books) * fresh / rules.books_for_half_saturation))
        for wanted, books in zip(problem.demand[library, month], problem.offer[batch], strict=True)
    )
    site, when = problem.libraries[library].site_id, problem.months[month]
    price = problem.reach.price(site, when) + problem.reach.extra(site, when, one.depot_id)
    points = price * rules.uses_per_million / 1e6
    return points <= rules.empty_cost_times * uses - TOLERANCE * max(1.0, points)


def _is_pinned_elsewhere(plan: CheckedPlan, stay: IndexStay) -> bool:
    return any(
        b == stay.batch and p != stay.library and stay.first <= t < stay.end
        for b, p, t in plan.problem.pins
    )


def vehicle_hours_suffice(plan: CheckedPlan) -> Found:
    """Yield months whose exchange visits need more vehicle hours than there are."""
    used: dict[int, float] = defaultdict(float)
    for p, t in {(stay.library, month) for stay, month in list_exchanges(plan)}:
        used[t] += plan.problem.reach.hours.get(plan.problem.libraries[p].site_id, 0.0)
    for t, hours in sorted(used.items()):
        if hours > plan.problem.hours_per_month[t] + TOLERANCE:
            yield (
                str(plan.problem.months[t]),
                message(
                    "{used} vehicle hours of {hours}",
                    used=round(hours, 1),
                    hours=round(plan.problem.hours_per_month[t], 1),
                ),
            )
