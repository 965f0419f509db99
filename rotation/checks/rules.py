"""The register of hard rules, and the checker that goes through it."""

from province.language import Message, message
from province.rules import Rule
from province.violations import Violation
from rotation.checks import libraries, stays
from rotation.checks.checked_plan import Check, CheckedPlan
from rotation.problem import RotationPlan, RotationProblem, read_stays


def _row(check: Check, sentence: Message, kept_in: tuple[str, ...], *levers: str) -> Rule:
    """Return a rule that one check bears the name of, the reason code of what it forces."""
    return Rule(check.__name__, sentence, (check,), kept_in, levers=levers)


ALLOWED = "rotation.instance.allowed:list_allowed_stays"
FITS = "rotation.instance.allowed:fits"
ENDS = ("rotation.instance.allowed:list_ends", "rotation.instance.allowed:list_running_ends")
FREE_MONTHS = ("rotation.lns.moves:refill", "rotation.lns.ruin:try_stay")
ROOM = "rotation.lns.state:has_room"
REFUSED = "rotation.solve.solve:find_rotation"
"""A debt while searching; a schedule that still has one is refused at the end."""

# fmt: off
RULES: tuple[Rule, ...] = (
    _row(
        stays.each_batch_is_in_one_place,
        message("A batch is in one place at a time."),
        FREE_MONTHS),
    _row(
        stays.what_stands_there_stays_or_is_fetched,
        message("A batch that stands at a library when the horizon begins is in the plan."),
        ("rotation.lns.ruin:clear", "rotation.lns.moves:best_path")),
    _row(
        libraries.shelves_hold_the_books,
        message("Batches at a library have no more books than its shelves hold, but for those that"
                " stood there and cannot be fetched yet."),
        (ROOM, FITS), "capacity_books"),
    _row(
        libraries.few_batches_at_a_library,
        message("At most max_batches_per_library batches stand at a library, but for those that"
                " stood there and cannot be fetched yet."),
        (ROOM,), "max_batches_per_library"),
    _row(
        stays.stays_are_within_limits,
        message("A stay is neither shorter nor longer than the batch and the province allow;"
                " shorter only at the end of the months planned or where the library leaves,"
                " longer only until a vehicle can fetch it or its pin ends."),
        ENDS, "min_stay_months", "max_stay_months"),
    _row(
        stays.borrowed_batches_are_back_in_time,
        message("A batch of another province is fetched by the month in which it is given back, or"
                " as soon as a vehicle can fetch it."),
        ENDS),
    _row(
        stays.few_titles_were_seen_before,
        message("At most max_seen_share of a batch's titles were seen there within memory."),
        (ALLOWED, "rotation.lns.state:remembered"), "max_seen_share", "memory_months"),
    _row(
        stays.batches_suit_the_library,
        message("Half of a batch's books are in a language and for an audience asked for."),
        (FITS,), "languages", "audiences"),
    _row(
        stays.owners_networks_are_kept,
        message("A batch stays within the networks its owner named."),
        (FITS,), "networks", "network"),
    _row(
        stays.only_fit_batches_travel,
        message("A batch in repair, withdrawn, resting or lent to another province does not"
                " travel."),
        ("rotation.instance.allowed:can_travel",), "condition", "resting_until"),
    _row(
        stays.books_of_a_lockdown_rest,
        message("A batch that comes from where a lockdown holds stands nowhere else in a month that"
                " is over before it has rested and was checked."),
        (ALLOWED,), "rest_days", "check_days"),
    _row(
        stays.libraries_are_enrolled,
        message("A batch stands only at an enrolled library, or until a vehicle can fetch it or"
                " its pin ends."),
        (ALLOWED, *ENDS), "enrolled_from", "enrolled_until"),
    _row(
        stays.vehicles_reach_the_library,
        message("A batch moves only in months when a vehicle of its depot carries it there."),
        ("rotation.instance.allowed:can_be_carried",), "boxes", "capacity_boxes", "depot_id"),
    _row(
        libraries.no_library_stands_empty_too_long,
        message("No library stands empty longer than max_empty_months, no temporary site at all;"
                " months in which no batch could come, or only at more than empty_cost_times what"
                " its uses are worth, do not count."),
        ("rotation.instance.floors:list_floors", "rotation.lns.state:floors_met", REFUSED),
        "max_empty_months", "empty_cost_times"),
    _row(
        libraries.vehicle_hours_suffice,
        message("Exchange visits of a month take no more vehicle hours than there are."),
        ("rotation.lns.state:late", REFUSED), "vehicle_hours_per_month", "max_stay_months"),
    _row(
        stays.pins_are_kept,
        message("What is pinned stands where it is pinned."),
        (ALLOWED, "rotation.instance.arrays:list_arrays", REFUSED),
        "pinned_site", "pinned_until"),
    _row(
        stays.chains_only_where_allowed,
        message("Without chains, a batch spends a month boundary at the depot between stays."),
        ("rotation.instance.instance:build_instance", *FREE_MONTHS), "chains"),
    _row(
        stays.chains_of_a_month_form_no_ring,
        message("Chains of one month never form a closed ring among libraries."),
        ("rotation.lns.moves:makes_ring",)),
    _row(
        stays.movements_follow_the_stays,
        message("The movements are exactly what the stays need."),
        ("rotation.solve.solve:list_movements",)),
)
# fmt: on


def verify_rotation(problem: RotationProblem, plan: RotationPlan) -> tuple[Violation, ...]:
    """Return every rule that a plan breaks, in the order of `RULES`; empty for a good plan."""
    planned = read_stays(problem, plan.stays)
    labels = zip(planned, plan.stays, strict=True)
    horizon = len(problem.months)
    wrong = frozenset(one for one, told in labels if told.is_open_end != (one.end == horizon))
    checked = CheckedPlan(problem, plan, planned, wrong)
    return tuple(
        Violation(rule.name, where, detail)
        for rule in RULES
        for check in rule.checks
        for where, detail in check(checked)
    )
