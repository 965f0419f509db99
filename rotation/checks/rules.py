"""The register of hard rules, and the checker that goes through it."""

from dataclasses import dataclass

from province.language import Message, message
from province.violations import Violation
from rotation.checks import libraries, stays
from rotation.checks.checked_plan import Check, CheckedPlan
from rotation.problem import RotationPlan, RotationProblem, read_stays


@dataclass(frozen=True, slots=True)
class RotationRule:
    """A hard rule.

    Parameters
    ----------
    check
        Yields where a plan breaks the rule, from the problem and the plan alone; it bears the
        rule's name.
    sentence
        What must hold, for people.
    kept_in
        The functions that keep it in the search, each as ``module:function``.
    levers
        The settings and columns that loosen it, the likeliest first; empty where nothing does.
    """

    check: Check
    sentence: Message
    kept_in: tuple[str, ...]
    levers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The rule's name, also the reason code of what it forces or forbids."""
        return self.check.__name__


ALLOWED = "rotation.instance.allowed:list_allowed_stays"
FITS = "rotation.instance.allowed:fits"
CARRIED = "rotation.instance.allowed:can_be_carried"
ENDS = ("rotation.instance.allowed:list_ends", "rotation.instance.allowed:list_running_ends")
FREE_MONTHS = ("rotation.lns.moves:refill", "rotation.lns.ruin:try_stay")
ROOM = ("rotation.lns.state:has_room",)
REFUSED = "rotation.solve.solve:find_rotation"
"""A debt while searching; a schedule that still has one is refused at the end."""

RULES: tuple[RotationRule, ...] = (
    RotationRule(
        stays.each_batch_is_in_one_place, message("A batch is in one place at a time."), FREE_MONTHS
    ),
    RotationRule(
        stays.what_stands_there_stays_or_is_fetched,
        message("A batch that stands at a library when the horizon begins is in the plan."),
        ("rotation.lns.ruin:clear", "rotation.lns.moves:best_path"),
    ),
    RotationRule(
        libraries.shelves_hold_the_books,
        message(
            "Batches at a library have no more books than its shelves hold, but for those that "
            "stood there and cannot be fetched yet."
        ),
        (*ROOM, FITS),
        ("capacity_books",),
    ),
    RotationRule(
        libraries.few_batches_at_a_library,
        message(
            "At most max_batches_per_library batches stand at a library, but for those that stood "
            "there and cannot be fetched yet."
        ),
        ROOM,
        ("max_batches_per_library",),
    ),
    RotationRule(
        stays.stays_are_within_limits,
        message(
            "A stay is neither shorter nor longer than the batch and the province allow; shorter "
            "only at the end of the months planned or where the library leaves, longer only until "
            "a vehicle can fetch it or its pin ends."
        ),
        ENDS,
        ("min_stay_months", "max_stay_months"),
    ),
    RotationRule(
        stays.few_titles_were_seen_before,
        message("At most max_seen_share of a batch's titles were seen there within memory."),
        (ALLOWED, "rotation.lns.state:remembered"),
        ("max_seen_share", "memory_months"),
    ),
    RotationRule(
        stays.batches_suit_the_library,
        message("Half of a batch's books are in a language and for an audience asked for."),
        (FITS,),
        ("languages", "audiences"),
    ),
    RotationRule(
        stays.owners_networks_are_kept,
        message("A batch stays within the networks its owner named."),
        (FITS,),
        ("networks", "network"),
    ),
    RotationRule(
        stays.only_fit_batches_travel,
        message("A batch in repair, withdrawn or resting does not travel."),
        ("rotation.instance.allowed:can_travel",),
        ("condition", "resting_until"),
    ),
    RotationRule(
        stays.libraries_are_enrolled,
        message(
            "A batch stands only at an enrolled library, or until a vehicle can fetch it or its "
            "pin ends."
        ),
        (ALLOWED, *ENDS),
        ("enrolled_from", "enrolled_until"),
    ),
    RotationRule(
        stays.vehicles_reach_the_library,
        message("A batch moves only in months when a vehicle carries it there."),
        (CARRIED,),
        ("boxes", "capacity_boxes"),
    ),
    RotationRule(
        libraries.no_library_stands_empty_too_long,
        message(
            "No library stands empty longer than max_empty_months; months in which no batch could "
            "come, or only at more than empty_cost_times what its uses are worth, do not count."
        ),
        (
            "rotation.instance.floors:list_floors",
            "rotation.lns.state:floors_met",
            "rotation.lns.ruin:clear",
            REFUSED,
        ),
        ("max_empty_months", "empty_cost_times"),
    ),
    RotationRule(
        libraries.vehicle_hours_suffice,
        message("Exchange visits of a month take no more vehicle hours than there are."),
        ("rotation.lns.state:late", REFUSED),
        ("vehicle_hours_per_month", "max_stay_months"),
    ),
    RotationRule(
        stays.pins_are_kept,
        message("What is pinned stands where it is pinned."),
        (ALLOWED, "rotation.instance.arrays:list_arrays", REFUSED),
        ("pinned_site", "pinned_until"),
    ),
    RotationRule(
        stays.chains_only_where_allowed,
        message("Without chains, a batch spends a month boundary at the depot between stays."),
        ("rotation.instance.instance:build_instance", *FREE_MONTHS),
        ("chains",),
    ),
    RotationRule(
        stays.chains_of_a_month_form_no_ring,
        message("Chains of one month never form a closed ring among libraries."),
        ("rotation.lns.moves:makes_ring",),
    ),
    RotationRule(
        stays.movements_follow_the_stays,
        message("The movements are exactly what the stays need."),
        ("rotation.solve.solve:list_movements",),
    ),
)


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
        for where, detail in rule.check(checked)
    )
