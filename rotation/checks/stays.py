"""The checks of what a batch may do: where, when, for how long, and the movements of it."""

from collections import Counter, defaultdict

from province.ids import BatchId, SiteId
from province.language import message
from province.visits import Movement
from rotation.checks.checked_plan import (
    TOLERANCE,
    Check,
    CheckedPlan,
    Found,
    is_kept_by_need,
    list_exchanges,
    list_pairs,
    list_planned,
)
from rotation.problem import IndexStay, list_running_stays


def each_batch_is_in_one_place(plan: CheckedPlan) -> Found:
    """Yield stays of one batch that share a month."""
    for stay, other in list_pairs(plan):
        if stay.batch == other.batch and stay.first < other.end and other.first < stay.end:
            yield plan.where(other), message("the batch is at another library in the same month")


def what_stands_there_stays_or_is_fetched(plan: CheckedPlan) -> Found:
    """Yield running stays that only the plan or only the placements know."""
    running = {(stay.batch, stay.library, stay.first) for stay in plan.stays if stay.first < 0}
    expected = {(b, p, first) for b, (p, first) in list_running_stays(plan.problem).items()}
    for batch, library, first in sorted(running ^ expected):
        yield (
            plan.where(IndexStay(batch, library, first, 0)),
            message("the plan and the placements disagree on what stands there at the start"),
        )


def stays_are_within_limits(plan: CheckedPlan) -> Found:
    """Yield stays too short, too long without need, or with a wrong end."""
    rules, horizon = plan.problem.rules, len(plan.problem.months)
    for stay in plan.stays:
        batch = plan.problem.batches[stay.batch]
        most = max(1, min(batch.max_stay_months, rules.max_stay_months))
        least = min(max(batch.min_stay_months, rules.min_stay_months), most)
        months = stay.end - stay.first
        if not 0 <= stay.end <= horizon or stay in plan.mislabelled:
            yield plan.where(stay), message("the end of the stay does not fit the horizon")
        if months < least and stay.end < horizon and not _must_go(plan, stay):
            detail = message("{months} months, at least {least}", months=months, least=least)
            yield plan.where(stay), detail
        due = max(stay.first + most, 0)
        if stay.end > due and not is_kept_by_need(plan, stay, due):
            detail = message("{months} months, at most {most}", months=months, most=most)
            yield plan.where(stay), detail


def _must_go(plan: CheckedPlan, stay: IndexStay) -> bool:
    """Whether a running stay is cut short because library or batch leave, or no later one works."""
    last = plan.problem.libraries[stay.library].last_month + 1
    due = min([last, *(t for b, t in plan.problem.returns if b == stay.batch)])
    return stay.first < 0 and stay.end >= min(due, len(plan.problem.months))


def borrowed_batches_are_back_in_time(plan: CheckedPlan) -> Found:
    """Yield stays that go on without need when the batch is to be given back."""
    for stay in plan.stays:
        for batch, due in plan.problem.returns:
            if batch != stay.batch or stay.end <= due:
                continue
            if stay.first >= 0 or not is_kept_by_need(plan, stay, due):
                month = str(plan.problem.months[0].plus(due))
                yield plan.where(stay), message("it is to be fetched by {month}", month=month)


def few_titles_were_seen_before(plan: CheckedPlan) -> Found:
    """Yield stays with too many titles seen there, by the ledger or in the plan."""
    memory, limit = plan.problem.rules.memory_months, plan.problem.rules.max_seen_share
    for stay in plan.stays:
        if stay.first < 0:
            continue
        titles = {int(title) for title in plan.problem.titles[stay.batch]}
        oldest = stay.first - memory
        until = plan.problem.seen_until[stay.library]
        seen = {title for title in titles if title in until and until[title] >= oldest}
        is_back = False
        for other in plan.stays:
            was_there = other.first < stay.first and min(other.end, stay.first) - 1 >= oldest
            if other.library == stay.library and was_there and other != stay:
                seen |= titles & {int(title) for title in plan.problem.titles[other.batch]}
                is_back = is_back or other.batch == stay.batch
        if is_back or len(seen) > (limit + TOLERANCE) * max(1, len(titles)):
            counts = {"seen": len(seen), "all": len(titles)}
            yield plan.where(stay), message("{seen} of {all} titles were seen there", **counts)


def batches_suit_the_library(plan: CheckedPlan) -> Found:
    """Yield planned stays of which most books were not asked for."""
    kind = {c.category_id: (c.language, c.audience) for c in plan.problem.categories}
    for stay in list_planned(plan):
        library, batch = plan.problem.libraries[stay.library], plan.problem.batches[stay.batch]
        wanted = 0
        for category_id, books in batch.books_by_category:
            language, audience = kind.get(category_id, ("", ""))
            suits_language = not library.languages or language in ("", *library.languages)
            suits_audience = not library.audiences or audience in ("", *library.audiences)
            wanted += books if suits_language and suits_audience else 0
        if wanted < batch.books - wanted:
            counts = {"wanted": wanted, "books": batch.books}
            yield plan.where(stay), message("{wanted} of {books} books are wanted", **counts)


def owners_networks_are_kept(plan: CheckedPlan) -> Found:
    """Yield planned stays outside the networks that the batch's owner named."""
    for stay in list_planned(plan):
        networks = plan.problem.batches[stay.batch].networks
        network = plan.problem.libraries[stay.library].network
        if networks and network not in networks:
            yield plan.where(stay), message("not for the network {network}", network=network)


def only_fit_batches_travel(plan: CheckedPlan) -> Found:
    """Yield exchanges of batches in no condition to travel, or resting."""
    for stay, month in list_exchanges(plan):
        if not plan.is_fit(stay, month):
            yield plan.where(stay), message("the batch cannot travel in that month")


def books_of_a_lockdown_rest(plan: CheckedPlan) -> Found:
    """Yield stays that begin in a month in which the batch still rests after a lockdown."""
    for stay in list_planned(plan):
        if (stay.batch, stay.first) in plan.problem.resting:
            yield plan.where(stay), message("the batch rests after a lockdown until the month ends")


def libraries_are_enrolled(plan: CheckedPlan) -> Found:
    """Yield stays that begin or go on without need while the library is not enrolled."""
    for stay in plan.stays:
        library = plan.problem.libraries[stay.library]
        due = library.last_month + 1
        if stay.first >= 0 and not library.first_month <= stay.first <= library.last_month:
            yield plan.where(stay), message("the library is not enrolled when it begins")
        elif stay.end > due and not (stay.first < 0 and is_kept_by_need(plan, stay, due)):
            yield plan.where(stay), message("the stay goes on after the library has left")


def vehicles_reach_the_library(plan: CheckedPlan) -> Found:
    """Yield exchanges that no vehicle can make in that month."""
    for stay, month in list_exchanges(plan):
        if plan.is_fit(stay, month) and not plan.is_carried(stay, month):
            yield (
                plan.where(stay),
                message("no vehicle of its depot carries it there or back in that month"),
            )


def pins_are_kept(plan: CheckedPlan) -> Found:
    """Yield pins in whose month the batch is not at the library."""
    for b, p, t in sorted(plan.problem.pins):
        if not any(
            stay.batch == b and stay.library == p and stay.first <= t < stay.end
            for stay in plan.stays
        ):
            yield plan.where(IndexStay(b, p, t, t + 1)), message("the pin is not kept")


def chains_only_where_allowed(plan: CheckedPlan) -> Found:
    """Yield stays that follow another at once where chains are not allowed."""
    if plan.problem.rules.chains:
        return
    for stay, other in list_pairs(plan):
        if stay.batch == other.batch and stay.end == other.first:
            yield plan.where(other), message("the batch did not go home in between")


def chains_of_a_month_form_no_ring(plan: CheckedPlan) -> Found:
    """Yield the months with a ring: peel off libraries from which nothing goes on."""
    onward: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for stay, other in list_pairs(plan):
        if stay.batch == other.batch and stay.end == other.first:
            onward[other.first][stay.library].add(other.library)
    for month, edges in sorted(onward.items()):
        left = {p: set(to) for p, to in edges.items()}
        while free := [p for p in left if not left[p] & left.keys()]:
            for p in free:
                del left[p]
        if left:
            names = ", ".join(sorted(plan.problem.libraries[p].site_id for p in left))
            yield str(plan.problem.months[month]), message("a ring among {names}", names=names)


def movements_follow_the_stays(plan: CheckedPlan) -> Found:
    """Yield movements that are missing, superfluous or given twice."""
    needed = Counter(_needed_movements(plan))
    given = Counter(plan.plan.movements)
    for move in sorted((needed - given) + (given - needed), key=str):
        ends = {"a": str(move.from_site), "b": str(move.to_site)}
        yield (
            f"{move.batch_id}, {move.month}",
            message("movement from {a} to {b} does not match the stays", **ends),
        )


def _needed_movements(plan: CheckedPlan) -> list[Movement]:
    problem = plan.problem
    places: dict[BatchId, SiteId] = {p.batch_id: p.site_id for p in problem.placements}
    moves: list[Movement] = []
    for b, batch in enumerate(problem.batches):
        here = places.get(batch.batch_id, batch.depot_id)
        own = sorted((stay for stay in plan.stays if stay.batch == b), key=lambda x: x.first)
        starts = {stay.first for stay in own}
        for stay in own:
            site = problem.libraries[stay.library].site_id
            if stay.first >= 0:
                moves.append(Movement(batch.batch_id, problem.months[stay.first], here, site))
            here = site
            if stay.end < len(problem.months) and stay.end not in starts:
                month = problem.months[max(stay.end, 0)]
                moves.append(Movement(batch.batch_id, month, here, batch.depot_id))
                here = batch.depot_id
    return moves


CHECKS_OF_ONE_STAY: tuple[Check, ...] = (
    stays_are_within_limits,
    borrowed_batches_are_back_in_time,
    few_titles_were_seen_before,
    batches_suit_the_library,
    owners_networks_are_kept,
    only_fit_batches_travel,
    books_of_a_lockdown_rest,
    libraries_are_enrolled,
    vehicles_reach_the_library,
)
"""Rules that a stay keeps or breaks on its own."""
