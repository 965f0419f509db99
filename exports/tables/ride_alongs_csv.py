"""Writes `kits-and-training.csv`: how each kit and training comes, its proof, what it costs."""

from collections.abc import Iterator

from exports.tables.overruled import mark_cells, mark_headings
from exports.tables.table import make_table
from planning.plan import Plan
from planning.ride_alongs import is_done, list_ride_alongs
from province.facts import Province
from province.language import Language, translate

HEADINGS = (
    "task", "content_id", "content_name", "site_id", "site_name", "due_date", "after", "way",
    "trip_id", "date", "more_vnd", "reason", "fix", "done", "signed_by", "result_id",
)  # fmt: skip


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the kits and trainings of the month, by site."""
    rows = [
        (
            one.task.value, one.content_id, one.name, one.site_id,
            province.site_by_id[one.site_id].name, one.due, one.after, one.way.value, one.trip_id,
            one.day, one.more_vnd,
            None if one.reason is None else translate(one.reason, language),
            None if one.fix is None else translate(one.fix, language),
            None if one.result is None else "yes" if is_done(one) else "no",
            one.signed_by, None if one.result is None else one.result.result_id,
            *mark_cells(plan),
        )
        for one in list_ride_alongs(plan, province)
    ]  # fmt: skip
    yield "kits-and-training.csv", make_table((*HEADINGS, *mark_headings(plan)), rows)
