"""The register of hard rules: name, sentence, and which module builds it into the search."""

from dataclasses import dataclass

from province.language import Message, message


@dataclass(frozen=True, slots=True)
class Rule:
    """A hard rule: its name, its sentence, and the module that keeps it while searching."""

    name: str
    sentence: Message
    kept_in: str


RULES: tuple[Rule, ...] = (
    Rule(
        "each_batch_is_in_one_place",
        message("A batch is in one place at a time."),
        "rotation.lns.moves",
    ),
    Rule(
        "what_stands_there_stays_or_is_fetched",
        message("A batch that stands at a library when the horizon begins is in the plan."),
        "rotation.lns.moves",
    ),
    Rule(
        "shelves_hold_the_books",
        message("Batches at a library have no more books than its shelves hold."),
        "rotation.lns.moves",
    ),
    Rule(
        "few_batches_at_a_library",
        message("At most max_batches_per_library batches stand at a library."),
        "rotation.lns.moves",
    ),
    Rule(
        "stays_are_within_limits",
        message("A stay is neither shorter nor longer than the batch and the province allow."),
        "rotation.instance.instance",
    ),
    Rule(
        "few_titles_were_seen_before",
        message("At most max_seen_share of a batch's titles were seen there within memory."),
        "rotation.lns.moves",
    ),
    Rule(
        "batches_suit_the_library",
        message("Half of a batch's books are in a language and for an audience asked for."),
        "rotation.instance.instance",
    ),
    Rule(
        "owners_networks_are_kept",
        message("A batch stays within the networks its owner named."),
        "rotation.instance.instance",
    ),
    Rule(
        "only_fit_batches_travel",
        message("A batch in repair, withdrawn or resting does not travel."),
        "rotation.instance.instance",
    ),
    Rule(
        "libraries_are_enrolled",
        message("A batch stands only at an enrolled library."),
        "rotation.instance.instance",
    ),
    Rule(
        "vehicles_reach_the_library",
        message("A batch moves only in months when a vehicle carries it there."),
        "rotation.instance.instance",
    ),
    Rule(
        "no_library_stands_empty_too_long",
        message("No library stands empty longer than max_empty_months."),
        "rotation.lns.moves",
    ),
    Rule(
        "vehicle_hours_suffice",
        message("Exchange visits of a month take no more vehicle hours than there are."),
        "rotation.lns.moves",
    ),
    Rule(
        "pins_are_kept",
        message("What is pinned stands where it is pinned."),
        "rotation.instance.instance",
    ),
    Rule(
        "chains_only_where_allowed",
        message("Without chains, a batch spends a month boundary at the depot between stays."),
        "rotation.lns.moves",
    ),
    Rule(
        "chains_of_a_month_form_no_ring",
        message("Chains of one month never form a closed ring among libraries."),
        "rotation.lns.moves",
    ),
    Rule(
        "movements_follow_the_stays",
        message("The movements are exactly what the stays need."),
        "rotation.solve.solve",
    ),
)
