"""Draws what may become of a plan: how much is kept, what does the harm, what slack buys."""

from collections import Counter
from collections.abc import Iterator

from exports.pages.page import make_paper
from exports.text.formats import format_month, format_number
from planning.simulate.events import Kind
from planning.simulate.outcomes import (
    Difference,
    compare_costs,
    compare_made,
    rank_causes,
    rank_visits,
    sum_up,
)
from planning.simulate.run import Cause
from planning.simulate.runs import Runs
from planning.simulate.simulate import Simulation
from province.amounts import count_decimals
from province.facts import Province
from province.ids import CrewId, SegmentId, SiteId, VehicleId
from province.language import Language, Message, message, translate

MOST_ROWS = 12
"""Rows of causes and of visits that the page shows; the table of runs has all."""

MOST_LOST = 8
"""Columns of visits lost; the last one stands for so many and more."""


def draw_simulation(found: Simulation, province: Province, language: Language) -> bytes:
    """Return the page."""
    runs = found.plan.runs
    plan = runs.given.plan
    title = message("What may become of {month}", month=format_month(plan.month, language))
    harms = rank_causes(runs)
    roads = [one for one in harms if one.cause[0] == Kind.ROAD]
    others = [one for one in harms if one.cause[0] != Kind.ROAD]
    return make_paper(
        "simulation/page.html.j2", title=translate(title, language), language=language,
        style="simulation.css", plan=plan, has_foot=False, province=province, found=found,
        figures=[(one, sum_up(one.runs)) for one in found.all],
        lost=count_lost(runs),
        causes=[(name_cause(one.cause, province), one) for one in others[:MOST_ROWS]],
        roads=[(name_cause(one.cause, province), one) for one in roads[:MOST_ROWS]],
        visits=rank_visits(runs)[:MOST_ROWS],
        sentence=tell_difference(found, language),
        rates=list(list_rates(province)), deviations=runs.given.deviations,
    )  # fmt: skip


def count_lost(runs: Runs) -> list[tuple[str, tuple[int]]]:
    """Return in how many runs how many visits are lost."""
    counts = Counter(min(len(one.lost), MOST_LOST) for one in runs.lived)
    most = max(counts, default=0)
    names = [str(lost) if lost < MOST_LOST else f"{lost}+" for lost in range(most + 1)]
    return [(name, (counts[lost],)) for lost, name in enumerate(names)]


def name_cause(cause: Cause, province: Province) -> Message:
    """Return what a cause is called."""
    kind, who = cause
    if kind == Kind.ROAD:
        segment = province.segment_by_id[SegmentId(who)]
        return message("road {road} shut ({segment})", road=segment.label, segment=who)
    if kind == Kind.VEHICLE:
        vehicle = province.vehicle_by_id[VehicleId(who)]
        return message("{vehicle} breaks down", vehicle=vehicle.name)
    if kind == Kind.CREW:
        return message("{crew} falls ill", crew=province.crew_by_id[CrewId(who)].name)
    return message("too late at {site}", site=province.site_by_id[SiteId(who)].name)


def tell_difference(found: Simulation, language: Language) -> Message | None:
    """Return what the other plan keeps and costs more, in a sentence; None without one."""
    if found.against is None:
        return None
    made = compare_made(found.plan.runs, found.against.runs)
    cost = compare_costs(found.plan.runs, found.against.runs)
    decimals = count_decimals(found.plan.runs.given.province.settings.province.currency)
    return message(
        "In the same months the other plan makes {made} visits more (± {made_error}; more in "
        "{better} months, fewer in {worse}) and costs {cost} more (± {cost_error}). {verdict}",
        made=format_number(made.mean, language, digits=2),
        made_error=format_number(2 * made.error, language, digits=2),
        better=made.better, worse=made.worse,
        cost=format_number(cost.mean, language, digits=decimals),
        cost_error=format_number(2 * cost.error, language, digits=decimals),
        verdict=_judge(made),
    )  # fmt: skip


def _judge(made: Difference) -> Message:
    if made.is_noise:
        return message("So few visits more or fewer may be chance.")
    if made.mean > 0:
        return message("The other plan keeps more, and that is no chance.")
    return message("The other plan keeps less, and that is no chance.")


def list_rates(province: Province) -> Iterator[tuple[str, object, str]]:
    """Yield the settings that were used: name, value, source where the folder names one."""
    rules = province.settings.simulate
    for name in type(rules).model_fields:
        source = province.settings.sources.get(f"simulate.{name}", "")
        yield f"simulate.{name}", getattr(rules, name), source
