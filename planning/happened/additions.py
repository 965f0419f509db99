"""A visit or a site more: rows of the calendar, of kits and sites, and pins of batches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from planning.happened.happening import (
    Concern,
    Happening,
    Words,
    list_options,
    make_id,
    refuse_formula,
)
from province.agenda import CalendarEntry, EntryEffect, EntryKind
from province.changes import Change, LostRow, NewRow
from province.errors import InputError
from province.facts import Province
from province.find_name import Known, find_commune, find_one
from province.ids import BatchId, SiteId
from province.language import message, translate
from province.stock import Kit
from province.tables.declared import TABLES
from province.visits import Task

SITES, KITS, CALENDAR, BATCHES = "libraries.csv", "kits.csv", "calendar.csv", "batches.csv"
Cells = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ExtraVisit:
    """A visit that is asked for beside those of the month.

    Parameters
    ----------
    site
        Where, as people name it.
    task
        A session, a kit, or an exchange that brings one batch.
    first_day, last_day
        The days on which it may be; for an exchange, `last_day` is until when the batch is wanted
        there, None: for good.
    name
        What the occasion or the kit is called.
    batch
        The batch of an exchange, as people name it.
    cells
        Further columns of the row, as they are to stand there.
    """

    site: str
    task: Task
    first_day: date | None
    last_day: date | None
    name: str = ""
    batch: str = ""
    cells: Cells = ()


def add_visit(province: Province, told: ExtraVisit) -> Happening:
    """Return the row that asks for a visit, or the pin that brings a batch.

    Raises
    ------
    InputError
        If there is no such site, batch or column.
    """
    site_id = _find_site(province, told.site)
    if told.task is Task.EXCHANGE:
        return _pin_batch(province, site_id, told)
    first, last = told.first_day or date.min, told.last_day or date.max
    if told.task is Task.KIT:
        file, key = KITS, "kit_id"
        row_id = make_id([kit.kit_id for kit in province.kits], "K")
        days = {"ready_date": first.isoformat(), "due_date": last.isoformat()}
    else:
        file, key = CALENDAR, "entry_id"
        taken = [entry.entry_id for entry in province.calendar]
        row_id = make_id([e.entry_id for e in _list_extra(province)], "E", taken=taken)
        days = {"start_date": first.isoformat(), "days": str((last - first).days + 1)}
        days |= {"kind": EntryKind.EVENT.value, "effect": EntryEffect.EXTRA_SESSION.value}
    is_session = told.task is Task.SESSION
    usual = translate(message("extra session"), province.settings.province.language)
    name = told.name or (usual if is_session else "")
    cells = {key: row_id, "name": name, "site_id": site_id} | days | dict(told.cells)
    return Happening(
        (_make_row(file, row_id, cells),),
        ("add", "visit", row_id, "--undo"),
        Concern(first, last, sites=frozenset({site_id})),
    )


def take_visit_back(province: Province, name: str) -> Happening:
    """Return what deletes the row that asks for a visit, or frees a batch that is wanted somewhere.

    Parameters
    ----------
    name
        The id of the kit, the calendar's row or the batch.

    Raises
    ------
    InputError
        If none has this id.
    """
    extra = _list_extra(province)
    for entry in extra:
        if entry.entry_id == name:
            return _lose_session(entry)
    for kit in province.kits:
        if kit.kit_id == name:
            return _lose_kit(kit)
    pinned = [batch for batch in province.batches if batch.pinned_site is not None]
    for batch in pinned:
        if batch.batch_id == name:
            until = batch.pinned_until and batch.pinned_until.isoformat()
            options = list_options(("--batch", name), ("--to", until))
            line = ("add", "visit", str(batch.pinned_site), "--task", "exchange", *options)
            edits = _write_pin(batch.batch_id, "", None)
            concern = _concern(province, batch.pinned_site, batch.pinned_until)
            return Happening(edits, line, concern)
    ids = [*(e.entry_id for e in extra), *(k.kit_id for k in province.kits)]
    listed = ", ".join([*ids, *(str(batch.batch_id) for batch in pinned)])
    raise InputError.of(
        CALENDAR, "entry_id", name,
        expected=message("the id of an extra session, a kit or a pinned batch"),
        advice=message("one of {choices}", choices=listed or "-"),
    )  # fmt: skip


def add_site(
    province: Province, name: str, commune: str, site_id: str, cells: Mapping[str, str]
) -> Happening:
    """Return the row of a site more.

    Parameters
    ----------
    name, commune
        What people call it, and the commune it lies in, by code or name.
    site_id
        Its id; "": one that goes on from the others.
    cells
        Further columns, as they are to stand in the table.

    Raises
    ------
    InputError
        If there is no such commune or column, or a site has this id.
    """
    code = find_commune(province, commune, file=SITES, column="commune_code")
    sites = province.site_by_id
    if site_id in sites:
        raise InputError.of(
            SITES, "site_id", site_id,
            expected=message("an id that no site has"),
            advice=message("leave --id out, or choose another"),
        )  # fmt: skip
    new_id = site_id or make_id(list(sites), f"{code}-")
    told = {"site_id": new_id, "name": name, "commune_code": code} | dict(cells)
    row = _make_row(SITES, new_id, told)
    return Happening((row,), ("add", "site", new_id, "--undo"), _concern(province, None))


def take_site_back(province: Province, name: str) -> Happening:
    """Return what deletes the row of a site; raise InputError if there is none."""
    site = province.site_by_id[_find_site(province, name)]
    columns = TABLES[SITES].row.model_fields.keys() - {"takes"}
    told = {column: _write(getattr(site, column)) for column in columns}
    rotates, opens = site.takes_rotation, site.takes_sessions
    told["takes"] = {(True, True): "both", (True, False): "rotation", (False, True): "session"}.get(
        (rotates, opens), "none"
    )
    own = ("site_id", "name", "commune_code")
    more = [f"{column}={told[column]}" for column in sorted(told) if column not in own]
    sets = [word for cell in more if not cell.endswith("=") for word in ("--set", cell)]
    line = ("add", "site", site.name, "--id", site.site_id, "--commune", site.commune_code, *sets)
    edit = LostRow(SITES, site.site_id)
    return Happening((edit,), line, _concern(province, site.site_id))


def _make_row(file: str, row_id: str, cells: Mapping[str, str]) -> NewRow:
    """Return a row; raise InputError for a column that the table has not, or a formula."""
    columns = list(TABLES[file].row.model_fields)
    for column in cells:
        if column not in columns:
            raise InputError.of(
                file, column, column,
                expected=message("a heading that is read"),
                advice=message("one of {choices}", choices=", ".join(sorted(columns))),
            )  # fmt: skip
    told = {column: _guard(file, column, cell) for column, cell in cells.items()}
    filled = tuple((column, told[column]) for column in columns if told.get(column))
    return NewRow(file, row_id, filled)


def _guard(file: str, column: str, cell: str) -> str:
    """Return a cell; text alone may not look like a formula, telephones and degrees may."""
    is_text = column in ("name", "note", "keyholder")
    return refuse_formula(file, column, cell) if is_text else cell.strip()


def _write(value: object) -> str:
    """Return the value of a site as it stands in a cell."""
    if isinstance(value, tuple):
        return "|".join(value)
    return "" if value is None else str(value)


def _find_site(province: Province, name: str) -> SiteId:
    sites = (Known(site.site_id, site.name) for site in province.sites)
    expected, advice = message("a site, by id or name"), message("{file} lists them", file=SITES)
    return SiteId(find_one(sites, name, file=SITES, expected=expected, advice=advice))


def _pin_batch(province: Province, site_id: SiteId, told: ExtraVisit) -> Happening:
    batches = (Known(batch.batch_id, batch.name) for batch in province.batches)
    found = find_one(
        batches, told.batch, file=BATCHES, expected=message("a batch, by id or name"),
        advice=message("luanchuyen where lists the batches and where they are"),
    )  # fmt: skip
    batch = province.batch_by_id[BatchId(found)]
    undo: Words = ("add", "visit", batch.batch_id, "--undo")
    if batch.pinned_site is not None:
        until = batch.pinned_until and batch.pinned_until.isoformat()
        options = list_options(("--batch", batch.batch_id), ("--to", until))
        undo = ("add", "visit", batch.pinned_site, "--task", "exchange", *options)
    edits = _write_pin(batch.batch_id, site_id, told.last_day)
    return Happening(edits, undo, _concern(province, site_id, told.last_day))


def _write_pin(batch_id: BatchId, site: str, until: date | None) -> tuple[Change, Change]:
    """Return the two cells of a batch's pin."""
    day = "" if until is None else until.isoformat()
    return (
        Change(BATCHES, batch_id, "pinned_site", site),
        Change(BATCHES, batch_id, "pinned_until", day),
    )


def _concern(province: Province, site_id: SiteId | None, last_day: date | None = None) -> Concern:
    """Return the visits and stays at a site since the last entry of the ledger."""
    today = max((entry.day for entry in province.journal), default=date.min)
    return Concern(today, last_day, sites=frozenset({site_id} if site_id else ()))


def _list_extra(province: Province) -> list[CalendarEntry]:
    """Return the rows of the calendar that ask for a session more."""
    return [entry for entry in province.calendar if entry.effect is EntryEffect.EXTRA_SESSION]


def _lose_session(entry: CalendarEntry) -> Happening:
    span = entry.first_span
    days = ("--from", span.first.isoformat(), "--to", span.last.isoformat())
    line = ("add", "visit", str(entry.site_id), "--task", "session", *days, "--name", entry.name)
    sites = frozenset({entry.site_id} if entry.site_id else ())
    more = ("--set", f"note={entry.note}") if entry.note else ()
    concern = Concern(span.first, span.last, sites=sites)
    return Happening((LostRow(CALENDAR, entry.entry_id),), (*line, *more), concern)


def _lose_kit(kit: Kit) -> Happening:
    first, last = kit.ready_date.isoformat(), kit.due_date.isoformat()
    more = [("note", kit.note), ("depot_id", kit.depot_id or ""), ("after", kit.after or "")]
    more += [("ride_along", "yes")] if kit.ride_along else []
    more += [("fetch", "yes")] if kit.fetch else []
    sets = [word for column, cell in more if cell for word in ("--set", f"{column}={cell}")]
    cells = ("--boxes", str(kit.boxes), "--kg", f"{kit.mass_kg:g}", "--name", kit.name)
    days = ("--from", first, "--to", last)
    line = ("add", "visit", kit.site_id, "--task", "kit", *days, *cells, *sets)
    concern = Concern(kit.ready_date, kit.due_date, sites=frozenset({kit.site_id}))
    return Happening((LostRow(KITS, kit.kit_id),), line, concern)
