"""Writes the sheet of figures with its charts, which Excel itself draws from the cells beside."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from exports.papers.summary import find_last_plan
from exports.text.formats import format_month
from exports.text.plain import clean_line
from exports.text.words import SERVICES, name_schematic, tell_overruled
from exports.workbook.typed_sheet import Cell, Column, Styles, clip_text, set_print, write_cell
from planning import figures
from planning.plan import Plan
from province.amounts import write_exactly
from province.facts import Province
from province.ids import VehicleId
from province.language import Language, Message, message, translate
from province.visits import Task

COLOURS = ("#1a4f8b", "#00897b", "#f9a825", "#8e24aa", "#6d4c41", "#c62828")
CHART_COLUMN = 7
MAX_TITLE = 90
CHART_HEIGHT_ROWS = 16

TOTALS: dict[str, Message] = {
    "visits": message("Visits"),
    "visits_served": message("Visits served"),
    "exchanges_served": message("Exchanges"),
    "sessions_served": message("Sessions"),
    "batches_moved": message("Batches moved"),
    "trips": message("Trips"),
    "nights": message("Nights"),
    "length_km": message("Distance, km"),
    "driving_hours": message("Driving, hours"),
    "cost_vnd": message("Cost, {currency}"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A small table of the sheet: title of its chart, columns and rows."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a block: its kind for Excel, and the column it shows beside the first."""

    kind: str
    block: int
    column: int


CHARTS = (Chart("bar", 1, 1), Chart("bar", 2, 2), Chart("column", 3, 4), Chart("column", 4, 1))


def fill_figures(
    book: Any, sheet: Any, styles: Styles, plan: Plan, province: Province, language: Language
) -> None:
    """Write the blocks one below the other, and their charts beside them."""
    us = province.settings.province
    title = f"{us.organisation or us.name} – {format_month(plan.month, language)}"
    sheet.write_string(0, 0, clip_text(clean_line(title), MAX_TITLE), styles("title"))
    if plan.has_schematic_roads:
        sheet.write_string(1, 0, translate(name_schematic(province), language))
    if plan.overruled:
        sheet.write_string(2, 0, tell_overruled(plan, language), styles("title"))
    blocks = list_blocks(plan, province, language)
    heads = []
    row = 3
    for block in blocks:
        heads.append(row)
        row = _write_block(sheet, styles, block, row) + 2
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 5, 13)
    for place, chart in enumerate(CHARTS):
        block = blocks[chart.block]
        if block.rows:
            drawn = _draw_chart(book, sheet.get_name(), block, heads[chart.block], chart)
            sheet.insert_chart(2 + place * CHART_HEIGHT_ROWS, CHART_COLUMN, drawn)
    set_print(sheet, head_rows=0, pages_high=1)


def list_blocks(plan: Plan, province: Province, language: Language) -> tuple[Block, ...]:
    """Return totals, communes by service, coverage, vehicles and days, in this order."""
    return (
        _count_totals(plan, province, language),
        _count_services(plan, province, language),
        _measure_coverage(plan, province, language),
        _sum_vehicles(plan, province, language),
        _count_days(plan, language),
    )


def _count_totals(plan: Plan, province: Province, language: Language) -> Block:
    last = find_last_plan(plan, province)
    currency = province.settings.province.currency
    rows: list[tuple[Cell, ...]] = []
    for change in figures.compare_totals(plan.totals, last.totals if last else None):
        if change.name in TOTALS:
            text = translate(TOTALS[change.name], language).format(currency=currency)
            rows.append((text, *_tell_figure(change, currency)))
    brought = figures.count_books_delivered(last) if last else None
    title = translate(message("Books brought to libraries"), language)
    rows.append((title, figures.count_books_delivered(plan), brought))
    columns = (
        Column(translate(message("Figures"), language)),
        Column(format_month(plan.month, language), "whole"),
        Column(format_month(plan.month.plus(-1), language), "whole"),
    )
    return Block("", columns, tuple(rows))


def _tell_figure(change: figures.FigureChange, currency: str) -> tuple[Cell, Cell]:
    """Return a figure and last month's; an amount of money in the currency, with its decimals."""
    if change.name != "cost_vnd":
        return change.now, change.before
    before = None if change.before is None else write_exactly(round(change.before), currency)
    return write_exactly(round(change.now), currency), before


def _count_services(plan: Plan, province: Province, language: Language) -> Block:
    counts = Counter(figures.find_services(plan, province).values())
    columns = (
        Column(translate(message("Service"), language)),
        Column(translate(message("Communes"), language), "whole"),
    )
    rows = tuple((translate(text, language), counts[key]) for key, text in SERVICES.items())
    return Block(translate(message("Communes by service"), language), columns, rows)


def _measure_coverage(plan: Plan, province: Province, language: Language) -> Block:
    coverage = figures.measure_coverage(plan, province)
    whole = max(1, coverage.communes)
    visited = translate(message("Communes visited this month"), language)
    reached = translate(message("Communes with a visit or a batch"), language)
    rows: list[tuple[Cell, ...]] = [
        (visited, coverage.served, coverage.served / whole),
        (reached, coverage.reached, coverage.reached / whole),
    ]
    columns = (
        Column(translate(message("Coverage this month"), language)),
        Column(translate(message("Communes"), language), "whole"),
        Column(translate(message("Share"), language), "share"),
    )
    title = translate(message("Communes this month"), language)
    return Block(title, columns, tuple(rows))


def _sum_vehicles(plan: Plan, province: Province, language: Language) -> Block:
    trips, days, nights = Counter[VehicleId](), Counter[VehicleId](), Counter[VehicleId]()
    metres, minutes = Counter[VehicleId](), Counter[VehicleId]()
    for trip in plan.trips.trips:
        trips[trip.vehicle_id] += 1
        days[trip.vehicle_id] += trip.num_days
        nights[trip.vehicle_id] += len(trip.nights)
        metres[trip.vehicle_id] += trip.length_m
        minutes[trip.vehicle_id] += trip.drive_min
    columns = (
        Column(translate(message("Vehicle"), language)),
        Column(translate(message("Trips"), language), "whole"),
        Column(translate(message("Days"), language), "whole"),
        Column(translate(message("Nights"), language), "whole"),
        Column(translate(message("Distance, km"), language), "whole"),
        Column(translate(message("Driving, hours"), language), "real"),
    )
    rows = tuple(
        (
            vehicle.name, trips[key], days[key], nights[key], round(metres[key] / 1000),
            round(minutes[key] / 60, 1),
        )
        for vehicle in province.vehicles
        if trips[key := vehicle.vehicle_id]
    )  # fmt: skip
    return Block(translate(message("Kilometres by vehicle"), language), columns, rows)


def _count_days(plan: Plan, language: Language) -> Block:
    stops: dict[Any, int] = defaultdict(int)
    sessions: dict[Any, int] = defaultdict(int)
    for trip in plan.trips.trips:
        for stop in trip.stops:
            stops[stop.day] += 1
            sessions[stop.day] += Task.SESSION in stop.tasks
    columns = (
        Column(translate(message("Date"), language), "day"),
        Column(translate(message("Visits"), language), "whole"),
        Column(translate(message("Sessions"), language), "whole"),
    )
    rows = tuple((day, stops[day], sessions[day]) for day in plan.month.days())
    return Block(translate(message("Visits by day"), language), columns, rows)


def _write_block(sheet: Any, styles: Styles, block: Block, top: int) -> int:
    """Write a block from a row on, and return the row behind it."""
    sheet.set_row(top, 30)
    for number, column in enumerate(block.columns):
        sheet.write_string(top, number, column.title, styles("head"))
    for offset, row in enumerate(block.rows, 1):
        for number, (cell, column) in enumerate(zip(row, block.columns, strict=True)):
            kind = "cents" if isinstance(cell, Decimal) else column.kind
            write_cell(sheet, top + offset, number, cell, replace(column, kind=kind), styles)
    return top + 1 + len(block.rows)


def _draw_chart(book: Any, sheet_name: str, block: Block, top: int, chart: Chart) -> Any:
    drawn = book.add_chart({"type": chart.kind})
    first, last = top + 1, top + len(block.rows)
    drawn.add_series(
        {
            "name": [sheet_name, top, chart.column],
            "categories": [sheet_name, first, 0, last, 0],
            "values": [sheet_name, first, chart.column, last, chart.column],
            "fill": {"color": COLOURS[chart.block % len(COLOURS)]},
            "gap": 60,
            "data_labels": {"value": block.columns[0].kind != "day"},
        }
    )
    drawn.set_title({"name": block.title, "name_font": {"size": 12}})
    drawn.set_legend({"none": True})
    drawn.set_size({"width": 620, "height": 300})
    is_share = block.columns[chart.column].kind == "share"
    axis: dict[str, Any] = {"major_gridlines": {"visible": True, "line": {"color": "#e0e0e0"}}}
    if chart.kind == "bar":
        drawn.set_y_axis({"reverse": True})
        drawn.set_x_axis(axis | ({"num_format": "0 %"} if is_share else {}))
    else:
        drawn.set_y_axis(axis)
    if block.columns[0].kind == "day":
        drawn.set_x_axis({"date_axis": True, "num_format": "d", "major_unit": 1})
    return drawn
