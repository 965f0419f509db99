"""Writes `event-wishes.csv`: one row per session wished for an event, what became of it."""

from collections.abc import Iterator

from exports.tables.overruled import mark_cells, mark_headings
from exports.tables.table import Cell, make_table
from exports.text.wishes import name_event, tell_points, tell_reason
from planning.placed import Slot, WishAnswer
from planning.plan import Plan
from planning.wish_answers import OFFERED
from province.dates import clock
from province.facts import Province
from province.language import Language

HEADINGS = (
    "event_id", "event", "wish_id", "visit_id", "site_id", "site_name", "wished_from",
    "wished_until", "points", "points_for", "date", "time", "vehicle_id", "trip_id", "reason_code",
    "reason", "more_vnd",
)  # fmt: skip
SLOT_HEADINGS = ("date", "time", "vehicle_id", "crew_id", "cost_vnd", "shifts")


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the wishes, by event, the weightiest first."""
    others = [f"other{k}_{name}" for k in range(1, OFFERED + 1) for name in SLOT_HEADINGS]
    rows = [
        (*_write_answer(answer, plan, province, language), *mark_cells(plan))
        for answer in plan.wishes
    ]
    yield "event-wishes.csv", make_table((*HEADINGS, *others, *mark_headings(plan)), rows)


def _write_answer(
    answer: WishAnswer, plan: Plan, province: Province, language: Language
) -> tuple[Cell, ...]:
    wish, placed = answer.wish, answer.placed
    when = (placed.day, clock(placed.start_min), placed.vehicle_id, placed.trip_id) if placed else (
        None, None, None, None,
    )  # fmt: skip
    slots = [cell for k in range(OFFERED) for cell in _write_slot(answer.slots[k : k + 1])]
    return (
        wish.event_id, name_event(wish.event_id, province), wish.wish_id, answer.visit_id,
        answer.site_id, province.site_by_id[answer.site_id].name, wish.days.first, wish.days.last,
        wish.weight, tell_points(answer, language), *when, answer.reason.value,
        tell_reason(answer, plan, province, language), answer.more_vnd, *slots,
    )  # fmt: skip


def _write_slot(slots: tuple[Slot, ...]) -> tuple[Cell, ...]:
    for slot in slots:
        placed, shifted = slot.placed, "|".join(slot.shifted)
        where = placed.day, clock(placed.start_min), placed.vehicle_id, placed.crew_id
        return *where, slot.cost_vnd, shifted
    return (None,) * len(SLOT_HEADINGS)
