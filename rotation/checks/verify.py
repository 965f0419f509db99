"""Checks a rotation plan against every hard rule, from the problem and the plan alone."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from math import exp

from province.ids import BatchId, SiteId
from province.language import Message, message
from province.violations import Violation
from province.visits import Movement
from rotation.checks.case import (
    Case,
    CaseStay,
    list_exchanges,
    list_pairs,
    list_planned,
    list_present,
)
from rotation.problem import RotationPlan, RotationProblem

TOLERANCE = 1e-6


Found = Iterator[tuple[str, Message]]


def verify_rotation(problem: RotationProblem, plan: RotationPlan) -> tuple[Violation, ...]:
    """Return every rule that a plan breaks, in the order of `CHECKS`; empty for a good plan."""
    batch_at = {batch.batch_id: b for b, batch in enumerate(problem.batches)}
    library_at = {library.site_id: p for p, library in enumerate(problem.libraries)}
    stays = tuple(
        CaseStay(
            batch_at[stay.batch_id],
            library_at[stay.site_id],
            stay.first_month.months_since(problem.months[0]),
            stay.first_month.months_since(problem.months[0]) + stay.months,
            stay.is_open_end,
        )
        for stay in plan.stays
    )
    stands = {
        batch_at[place.batch_id]: (library_at[place.site_id], -place.months_there)
        for place in problem.placements
        if place.site_id in library_at
    }
    case = Case(problem, plan, stays, stands)
    return tuple(
        Violation(name, where, detail) for name, check in CHECKS for where, detail in check(case)
    )


def _each_batch_is_in_one_place(case: Case) -> Found:
    for stay, other in list_pairs(case):
        if stay.batch == other.batch and stay.first < other.end and other.first < stay.end:
            yield case.where(other), message("the batch is at another library in the same month")


def _what_stands_there_stays_or_is_fetched(case: Case) -> Found:
    running = {(stay.batch, stay.library, stay.first) for stay in case.stays if stay.first < 0}
    expected = {(batch, library, first) for batch, (library, first) in case.stands.items()}
    for batch, library, first in sorted(running ^ expected):
        yield (
            case.where(CaseStay(batch, library, first, 0, False)),
            message("the plan and the placements disagree on what stands there at the start"),
        )


def _shelves_hold_the_books(case: Case) -> Found:
    for p, t, present in list_present(case):
        books = sum(case.problem.batches[stay.batch].books for stay in present)
        room = case.problem.libraries[p].capacity_books
        if books > room and not _only_stuck(case, present, t):
            yield (
                f"{case.problem.libraries[p].site_id}, {case.problem.months[t]}",
                message("{books} books stand on shelves for {room}", books=books, room=room),
            )


def _few_batches_at_a_library(case: Case) -> Found:
    most = case.problem.rules.max_batches_per_library
    for p, t, present in list_present(case):
        if len(present) > most and not _only_stuck(case, present, t):
            yield (
                f"{case.problem.libraries[p].site_id}, {case.problem.months[t]}",
                message("{count} batches, at most {most}", count=len(present), most=most),
            )


def _stays_are_within_limits(case: Case) -> Found:
    rules, horizon = case.problem.rules, len(case.problem.months)
    for stay in case.stays:
        batch = case.problem.batches[stay.batch]
        most = max(1, min(batch.max_stay_months, rules.max_stay_months))
        least = min(max(batch.min_stay_months, rules.min_stay_months), most)
        months = stay.end - stay.first
        if stay.is_open_end != (stay.end == horizon) or stay.end > horizon or stay.end < 0:
            yield case.where(stay), message("the end of the stay does not fit the horizon")
        if months < least and stay.end < horizon and not _must_go(case, stay):
            yield (
                case.where(stay),
                message("{months} months, at least {least}", months=months, least=least),
            )
        due = max(stay.first + most, 0)
        if stay.end > due and not _is_kept_by_need(case, stay, due):
            yield (
                case.where(stay),
                message("{months} months, at most {most}", months=months, most=most),
            )


def _few_titles_were_seen_before(case: Case) -> Found:
    memory, limit = case.problem.rules.memory_months, case.problem.rules.max_seen_share
    for stay in case.stays:
        if stay.first < 0:
            continue
        titles = {int(title) for title in case.problem.titles[stay.batch]}
        oldest = stay.first - memory
        until = case.problem.seen_until[stay.library]
        seen = {title for title in titles if title in until and until[title] >= oldest}
        is_back = False
        for other in case.stays:
            was_there = other.first < stay.first and min(other.end, stay.first) - 1 >= oldest
            if other.library == stay.library and was_there and other != stay:
                seen |= titles & {int(title) for title in case.problem.titles[other.batch]}
                is_back = is_back or other.batch == stay.batch
        if is_back or len(seen) > (limit + TOLERANCE) * max(1, len(titles)):
            yield (
                case.where(stay),
                message("{seen} of {all} titles were seen there", seen=len(seen), all=len(titles)),
            )


def _batches_suit_the_library(case: Case) -> Found:
    kind = {c.category_id: (c.language, c.audience) for c in case.problem.categories}
    for stay in list_planned(case):
        library, batch = case.problem.libraries[stay.library], case.problem.batches[stay.batch]
        wanted = 0
        for category_id, books in batch.books_by_category:
            language, audience = kind.get(category_id, ("", ""))
            suits_language = not library.languages or language in ("", *library.languages)
            suits_audience = not library.audiences or audience in ("", *library.audiences)
            wanted += books if suits_language and suits_audience else 0
        if wanted < batch.books - wanted:
            yield (
                case.where(stay),
                message("{wanted} of {books} books are wanted", wanted=wanted, books=batch.books),
            )


def _owners_networks_are_kept(case: Case) -> Found:
    for stay in list_planned(case):
        networks = case.problem.batches[stay.batch].networks
        network = case.problem.libraries[stay.library].network
        if networks and network not in networks:
            yield case.where(stay), message("not for the network {network}", network=network)


def _only_fit_batches_travel(case: Case) -> Found:
    for stay, month in list_exchanges(case):
        if not case.is_fit(stay, month):
            yield case.where(stay), message("the batch cannot travel in that month")


def _libraries_are_enrolled(case: Case) -> Found:
    for stay in case.stays:
        library = case.problem.libraries[stay.library]
        due = library.last_month + 1
        if stay.first >= 0 and not library.first_month <= stay.first <= library.last_month:
            yield case.where(stay), message("the library is not enrolled when it begins")
        elif stay.end > due and not (stay.first < 0 and _is_kept_by_need(case, stay, due)):
            yield case.where(stay), message("the stay goes on after the library has left")


def _vehicles_reach_the_library(case: Case) -> Found:
    for stay, month in list_exchanges(case):
        if case.is_fit(stay, month) and not case.is_carried(stay, month):
            yield case.where(stay), message("no vehicle carries it there or back in that month")


def _no_library_stands_empty_too_long(case: Case) -> Found:
    problem, most = case.problem, case.problem.rules.max_empty_months
    for p, library in enumerate(problem.libraries):
        occupied = {
            t for stay in case.stays if stay.library == p for t in range(stay.first, stay.end)
        }
        first = max(0, library.first_month)
        empty = min(library.empty_since, most) if first == 0 else 0
        for t in range(first, min(len(problem.months) - 1, library.last_month) + 1):
            if t in occupied:
                empty = 0
            elif _some_batch_could_come(case, p, t):
                empty += 1
            if empty > most:
                yield (
                    f"{library.site_id}, {problem.months[t]}",
                    message("empty for more than {most} months", most=most),
                )
                break


def _vehicle_hours_suffice(case: Case) -> Found:
    used: dict[int, float] = defaultdict(float)
    for p, t in {(stay.library, month) for stay, month in list_exchanges(case)}:
        used[t] += case.problem.reach.hours.get(case.problem.libraries[p].site_id, 0.0)
    for t, hours in sorted(used.items()):
        if hours > case.problem.hours_per_month[t] + TOLERANCE:
            yield (
                str(case.problem.months[t]),
                message(
                    "{used} vehicle hours of {hours}",
                    used=round(hours, 1),
                    hours=round(case.problem.hours_per_month[t], 1),
                ),
            )


def _pins_are_kept(case: Case) -> Found:
    for b, p, t in sorted(case.problem.pins):
        if not any(
            stay.batch == b and stay.library == p and stay.first <= t < stay.end
            for stay in case.stays
        ):
            yield case.where(CaseStay(b, p, t, t + 1, False)), message("the pin is not kept")


def _chains_only_where_allowed(case: Case) -> Found:
    if case.problem.rules.chains:
        return
    for stay, other in list_pairs(case):
        if stay.batch == other.batch and stay.end == other.first:
            yield case.where(other), message("the batch did not go home in between")


def _chains_of_a_month_form_no_ring(case: Case) -> Found:
    onward: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for stay, other in list_pairs(case):
        if stay.batch == other.batch and stay.end == other.first:
            onward[other.first][stay.library].add(other.library)
    for month, edges in sorted(onward.items()):
        left = {p: set(to) for p, to in edges.items()}
        while free := [p for p in left if not left[p] & left.keys()]:
            for p in free:
                del left[p]
        if left:
            names = ", ".join(sorted(case.problem.libraries[p].site_id for p in left))
            yield str(case.problem.months[month]), message("a ring among {names}", names=names)


def _movements_follow_the_stays(case: Case) -> Found:
    needed = Counter(_needed_movements(case))
    given = Counter(case.plan.movements)
    for move in sorted((needed - given) + (given - needed), key=str):
        yield (
            f"{move.batch_id}, {move.month}",
            message(
                "movement from {a} to {b} does not match the stays",
                a=str(move.from_site),
                b=str(move.to_site),
            ),
        )


def _needed_movements(case: Case) -> list[Movement]:
    problem = case.problem
    places: dict[BatchId, SiteId] = {p.batch_id: p.site_id for p in problem.placements}
    moves: list[Movement] = []
    for b, batch in enumerate(problem.batches):
        here = places.get(batch.batch_id, batch.depot_id)
        home = here if here in problem.depots else batch.depot_id
        own = sorted((stay for stay in case.stays if stay.batch == b), key=lambda x: x.first)
        starts = {stay.first for stay in own}
        for stay in own:
            site = problem.libraries[stay.library].site_id
            if stay.first >= 0:
                moves.append(Movement(batch.batch_id, problem.months[stay.first], here, site))
            here = site
            if stay.end < len(problem.months) and stay.end not in starts:
                month = problem.months[max(stay.end, 0)]
                moves.append(Movement(batch.batch_id, month, here, home))
                here = home
    return moves


def _is_kept_by_need(case: Case, stay: CaseStay, due: int) -> bool:
    """Whether a stay goes on only because it was pinned or could not be fetched."""
    pinned = [
        t + 1
        for b, p, t in case.problem.pins
        if stay.first < 0 and (b, p) == (stay.batch, stay.library)
    ]
    late = max([max(due, 0), *pinned])
    last = min(stay.end, len(case.problem.months))
    return not any(case.is_carried(stay, t) for t in range(late, last))


def _must_go(case: Case, stay: CaseStay) -> bool:
    """Whether a running stay is cut short because the library leaves or nothing later works."""
    if stay.first >= 0:
        return False
    last = case.problem.libraries[stay.library].last_month
    return stay.end >= min(last + 1, len(case.problem.months))


def _only_stuck(case: Case, present: list[CaseStay], month: int) -> bool:
    """Whether all that stands there stood there before and could not be fetched yet."""
    return all(
        stay.first < 0
        and not any(
            case.is_carried(stay, t)
            and t >= stay.first + max(1, case.problem.rules.min_stay_months)
            for t in range(month + 1)
        )
        for stay in present
    )


def _some_batch_could_come(case: Case, library: int, month: int) -> bool:
    """Whether the rules on a single stay let any batch begin one at a library in a month."""
    problem = case.problem
    for b, batch in enumerate(problem.batches):
        for end in range(month + 1, len(problem.months) + 1):
            stay = CaseStay(b, library, month, end, end == len(problem.months))
            alone = Case(problem, case.plan, (stay,), {})
            has_room = batch.books <= problem.libraries[library].capacity_books
            if not has_room or _is_pinned_elsewhere(case, stay):
                continue
            if not _is_worth_forcing(case, b, library, month):
                continue
            if not any(True for check in SINGLE_CHECKS for _ in check(alone)):
                return True
    return False


def _is_worth_forcing(case: Case, batch: int, library: int, month: int) -> bool:
    """Whether an exchange costs no more than `empty_cost_times` what its uses are worth."""
    problem = case.problem
    rules, one = problem.rules, problem.batches[batch]
    if not rules.empty_cost_times:
        return True
    titles = [int(title) for title in problem.titles[batch]]
    until, oldest = problem.seen_until[library], month - rules.memory_months
    fresh = 1 - sum(until.get(title, oldest - 1) >= oldest for title in titles) / max(
        1, len(titles)
    )
    longest = max(1, min(one.max_stay_months, rules.max_stay_months))
    fades = [rules.fade[min(k, len(rules.fade) - 1)] if rules.fade else 1 for k in range(longest)]
    uses = sum(fades) * sum(
        float(wanted) * (1 - exp(-float(books) * fresh / rules.books_for_half_saturation))
        for wanted, books in zip(problem.demand[library, month], problem.offer[batch], strict=True)
    )
    price = problem.reach.price(problem.libraries[library].site_id, problem.months[month])
    points = price * rules.uses_per_million / 1e6
    return points <= rules.empty_cost_times * uses - TOLERANCE * max(1.0, points)


def _is_pinned_elsewhere(case: Case, stay: CaseStay) -> bool:
    return any(
        b == stay.batch and p != stay.library and stay.first <= t < stay.end
        for b, p, t in case.problem.pins
    )


Check = Callable[[Case], Found]

SINGLE_CHECKS: tuple[Check, ...] = (
    _stays_are_within_limits,
    _few_titles_were_seen_before,
    _batches_suit_the_library,
    _owners_networks_are_kept,
    _only_fit_batches_travel,
    _libraries_are_enrolled,
    _vehicles_reach_the_library,
)

CHECKS: tuple[tuple[str, Check], ...] = (
    ("each_batch_is_in_one_place", _each_batch_is_in_one_place),
    ("what_stands_there_stays_or_is_fetched", _what_stands_there_stays_or_is_fetched),
    ("shelves_hold_the_books", _shelves_hold_the_books),
    ("few_batches_at_a_library", _few_batches_at_a_library),
    ("stays_are_within_limits", _stays_are_within_limits),
    ("few_titles_were_seen_before", _few_titles_were_seen_before),
    ("batches_suit_the_library", _batches_suit_the_library),
    ("owners_networks_are_kept", _owners_networks_are_kept),
    ("only_fit_batches_travel", _only_fit_batches_travel),
    ("libraries_are_enrolled", _libraries_are_enrolled),
    ("vehicles_reach_the_library", _vehicles_reach_the_library),
    ("no_library_stands_empty_too_long", _no_library_stands_empty_too_long),
    ("vehicle_hours_suffice", _vehicle_hours_suffice),
    ("pins_are_kept", _pins_are_kept),
    ("chains_only_where_allowed", _chains_only_where_allowed),
    ("chains_of_a_month_form_no_ring", _chains_of_a_month_form_no_ring),
    ("movements_follow_the_stays", _movements_follow_the_stays),
)
