"""A vehicle or a crew is away: a cell of `vehicles.csv` or `crews.csv`."""

from dataclasses import dataclass
from datetime import date

from planning.happened.happening import Concern, Happening, Words
from province.changes import Change
from province.dates import DateSpan, cut_spans, write_spans
from province.errors import InputError
from province.facts import Province
from province.find_name import Known, find_one
from province.ids import CrewId, VehicleId
from province.language import message


@dataclass(frozen=True, slots=True)
class Away:
    """Who may be away, as the tables have it: days are kept in `column` of `file`."""

    kind: str
    file: str
    column: str
    who: str
    spans: tuple[DateSpan, ...]


def take_out(province: Province, kind: str, name: str, span: DateSpan) -> Happening:
    """Return the days more on which a vehicle or crew is away; none where it is on all of them.

    Parameters
    ----------
    kind
        ``vehicle`` or ``crew``.
    name
        Its id or name.

    Raises
    ------
    InputError
        If there is no such vehicle or crew.
    """
    away = _find(province, kind, name)
    is_new = not all(_is_in(away.spans, day) for day in span.days())
    spans = (*away.spans, span) if is_new else away.spans
    return _tell(away, spans, span, (*_write_line(away, span), "--undo"))


def bring_back(province: Province, kind: str, name: str, span: DateSpan) -> Happening:
    """Return the days on which a vehicle or crew is away without those of a span.

    Where exactly this span is written in the cell, it alone is taken out.

    Raises
    ------
    InputError
        If there is no such vehicle or crew, or it is there on all these days.
    """
    away = _find(province, kind, name)
    if span in away.spans:
        place = away.spans.index(span)
        spans = (*away.spans[:place], *away.spans[place + 1 :])
    else:
        spans = cut_spans(away.spans, span)
    if not any(_is_in(away.spans, day) for day in span.days()):
        raise InputError.of(
            away.file, away.column, write_spans([span]),
            expected=message("days on which {who} is away", who=away.who),
            advice=message("it is away on: {days}", days=write_spans(away.spans) or "-"),
        )  # fmt: skip
    lost = [day for day in span.days() if _is_in(away.spans, day)]
    return _tell(away, spans, span, _write_line(away, DateSpan(lost[0], lost[-1])))


def _is_in(spans: tuple[DateSpan, ...], day: date) -> bool:
    return any(day in span for span in spans)


def _find(province: Province, kind: str, name: str) -> Away:
    if kind == "vehicle":
        cars = (Known(car.vehicle_id, car.name) for car in province.vehicles)
        file, column, expected = "vehicles.csv", "unavailable", message("a vehicle, by id or name")
        advice = message("{file} lists them", file=file)
        who = find_one(cars, name, file=file, expected=expected, advice=advice)
        return Away(kind, file, column, who, province.vehicle_by_id[VehicleId(who)].unavailable)
    crews = (Known(crew.crew_id, crew.name) for crew in province.crews)
    file, column, expected = "crews.csv", "days_off", message("a crew, by id or name")
    advice = message("{file} lists them", file=file)
    who = find_one(crews, name, file=file, expected=expected, advice=advice)
    return Away(kind, file, column, who, province.crew_by_id[CrewId(who)].days_off)


def _tell(away: Away, spans: tuple[DateSpan, ...], span: DateSpan, undo: Words) -> Happening:
    edit = Change(away.file, away.who, away.column, write_spans(spans))
    concern = Concern(span.first, span.last, movers=frozenset({away.who}))
    return Happening(() if spans == away.spans else (edit,), undo, concern)


def _write_line(away: Away, span: DateSpan) -> Words:
    days = ("--from", span.first.isoformat(), "--to", span.last.isoformat())
    return ("out", away.kind, away.who, *days)
