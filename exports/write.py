"""Writes the documents of a plan; `DOCUMENTS` is the table of all there are."""

import importlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path, PurePosixPath
from typing import cast

from exports.document_folder import fill_folder, list_documents, refuse_file
from exports.pages.pdf import make_pdf
from exports.pages.template import laid_out_for_pdf
from planning.event_month import list_month_events
from planning.past.whole_month import show_whole_month
from planning.plan import Plan
from planning.plan_file import seal_plan
from province.errors import InputError
from province.facts import Province
from province.files.locks import hold_lock
from province.findings import Finding
from province.language import Language, message, names_beside_codes
from province.lockdown import has_lockdown
from province.names import list_names


@dataclass(frozen=True, slots=True)
class Document:
    """One kind of document.

    Parameters
    ----------
    name
        What `only` calls it.
    files
        Pattern of the paths it may write, inside the plan's folder.
    module
        Module whose `draw` makes it; imported only when it is asked for.
    is_usual
        Whether it is written when nobody says which documents.
    tells_fixes
        Whether it tells what would serve visits left out, so that it changes once that is known.
    tells_month
        Whether it tells the whole month, trips begun before the plan was made among them; it is
        drawn from `planning.past.whole_month.show_whole_month`.
    tells_changes
        Whether it tells what became otherwise; there is none of a plan not made by replanning.
    tells_lockdown
        Whether it tells what a lockdown asks for; there is none of a month without one.
    tells_events
        Whether it tells of events; there is none of a month without one.
    """

    name: str
    files: str
    module: str
    is_usual: bool = True
    tells_fixes: bool = False
    tells_month: bool = False
    tells_changes: bool = False
    tells_lockdown: bool = False
    tells_events: bool = False

    @property
    def is_occasional(self) -> bool:
        """Whether most months have none."""
        return self.tells_changes or self.tells_lockdown or self.tells_events

    @property
    def is_paper(self) -> bool:
        """Whether people print it, so that it is worth having as PDF."""
        return self.module.startswith(("exports.papers.", "exports.driver."))


DOCUMENTS = (
    Document("plan", "plan.json", "exports.plan_json", tells_fixes=True),
    Document("schedule", "rotation-schedule.csv", "exports.tables.schedule_csv", tells_month=True),
    Document("trips", "trips.csv", "exports.tables.trips_csv", tells_month=True),
    Document("unserved", "unserved.csv", "exports.tables.unserved_csv", tells_fixes=True),
    Document(
        "kits-and-training",
        "kits-and-training.csv",
        "exports.tables.ride_alongs_csv",
        tells_fixes=True,
        tells_month=True,
    ),
    Document(
        "routes", "routes.html", "exports.month_map.month_page", tells_fixes=True, tells_month=True
    ),
    Document("board", "board.html", "exports.board.board_page", tells_fixes=True),
    Document("drivers", "drivers/*.html", "exports.driver.trip_page"),
    Document("results", "results/*.csv", "exports.tables.result_sheets"),
    Document("due-dates", "due-dates.csv", "exports.tables.due_dates_csv", tells_month=True),
    Document(
        "trip-expenses",
        "trip-expenses.csv",
        "exports.tables.trip_expenses_csv",
        tells_month=True,
    ),
    Document(
        "library-system",
        "library-system/*",
        "exports.library_system.system_files",
        is_usual=False,
        tells_month=True,
    ),
    Document(
        "workbook", "plan.xlsx", "exports.workbook.workbook", tells_fixes=True, tells_month=True
    ),
    Document("gpx", "gpx/*.gpx", "exports.gis.gpx"),
    Document("ics", "calendars/*.ics", "exports.ics.calendar_files"),
    Document(
        "mobile-stops",
        "mobile-library-stops.csv",
        "exports.tables.mobile_stops_csv",
        tells_month=True,
    ),
    Document(
        "kml", "plan.kml", "exports.gis.kml", is_usual=False, tells_fixes=True, tells_month=True
    ),
    Document(
        "geopackage", "plan.gpkg", "exports.gis.geopackage", tells_fixes=True, tells_month=True
    ),
    Document("handovers", "handovers/*.html", "exports.papers.handover"),
    Document("labels", "labels/*.html", "exports.papers.box_labels"),
    Document("loading", "loading/*.html", "exports.papers.loading_list"),
    Document("rides", "rides/*.html", "exports.papers.ride_sheet"),
    Document(
        "lockdown",
        "lockdown.html",
        "exports.papers.lockdown_page",
        tells_month=True,
        tells_lockdown=True,
    ),
    Document(
        "events",
        "events.html",
        "exports.papers.events_page",
        tells_fixes=True,
        tells_month=True,
        tells_events=True,
    ),
    Document(
        "event-wishes",
        "event-wishes.csv",
        "exports.tables.wishes_csv",
        tells_fixes=True,
        tells_month=True,
        tells_events=True,
    ),
    Document(
        "notices",
        "notices/*.html",
        "exports.papers.commune_notice",
        tells_fixes=True,
        tells_month=True,
    ),
    Document(
        "summary", "summary.html", "exports.papers.summary", tells_fixes=True, tells_month=True
    ),
    Document(
        "changes",
        "changes.html",
        "exports.papers.changes_page",
        tells_fixes=True,
        tells_changes=True,
    ),
    Document(
        "changes-table",
        "changes.csv",
        "exports.tables.changes_csv",
        tells_fixes=True,
        tells_changes=True,
    ),
    Document(
        "changed-notices",
        "changed/notices/*.html",
        "exports.papers.changed_notice",
        tells_month=True,
        tells_changes=True,
    ),
    Document(
        "changed-handovers",
        "changed/handovers/*.html",
        "exports.papers.changed_handover",
        tells_changes=True,
    ),
)


File = tuple[str, bytes]
"""Path inside the plan's folder, and content."""


Draw = Callable[[Plan, Province, Language], Iterator[File]]
"""Yields the files of one kind of document: path inside the plan's folder, and content."""


def write_documents(
    plan: Plan,
    province: Province,
    folder: Path,
    *,
    language: Language,
    only: tuple[str, ...] | None = None,
    overwrite: bool,
    as_pdf: bool = False,
) -> tuple[Path, ...]:
    """Write the documents of a plan into a folder: all of them, or the folder stays as it was.

    Parameters
    ----------
    folder
        Where they go, usually ``plans/<month>``. Files in it that no written document owns stay.
    language
        Language of every text.
    only
        Names from `DOCUMENTS`; None for all usual ones.
    overwrite
        Whether a folder that holds one of these documents may be changed.
    as_pdf
        Whether papers are also written as PDF, each beside its page.

    Returns
    -------
    tuple[Path, ...]
        The files written, in the order of `DOCUMENTS`.

    Raises
    ------
    InputError
        If a name in `only` is no document, or one is there already and `overwrite` is False.
    BusyError
        If another program writes into the folder.
    """
    chosen = _choose(only)
    if any(document.name == "plan" for document in chosen):
        plan = seal_plan(plan)
    written: list[Path] = []
    with ExitStack() as stack:
        stack.enter_context(hold_lock(folder))
        refuse_existing(folder, overwrite=overwrite, only=only)
        replaced = list_documents(folder, _list_patterns(chosen))
        patterns = _list_patterns(DOCUMENTS)
        fresh = stack.enter_context(fill_folder(folder, replaced, patterns))
        month = show_whole_month(plan, province)
        stack.enter_context(names_beside_codes(list_names(province, month.visits)))
        for document in chosen:
            if not _is_due(document, plan, province):
                continue
            shown = month if document.tells_month else plan
            draw = partial(load_draw(document), shown, province, language)
            is_printed = as_pdf and document.is_paper
            written += (folder / name for name in _write(document, draw, fresh, is_printed))
    return tuple(written)


def _is_due(document: Document, plan: Plan, province: Province) -> bool:
    """Whether there is anything that a document tells."""
    if document.tells_lockdown:
        return has_lockdown(province, plan.month)
    if document.tells_events:
        return bool(list_month_events(plan, province))
    return plan.replanned is not None or not document.tells_changes


def _write(
    document: Document, draw: Callable[[], Iterator[File]], fresh: Path, is_printed: bool
) -> Iterator[str]:
    """Write the files of a document, with their PDF where it is printed; yield their names."""
    printed = {}
    if is_printed:
        with laid_out_for_pdf():
            printed = dict(draw())
    for name, content in draw():
        target = fresh / _check_path(name, document)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        yield name
        if name in printed:
            target.with_suffix(".pdf").write_bytes(make_pdf(printed[name].decode("utf-8")))
            yield str(Path(name).with_suffix(".pdf"))


def refuse_existing(folder: Path, *, overwrite: bool, only: tuple[str, ...] | None = None) -> None:
    """Raise InputError if documents stand in a folder and may not be replaced.

    A long computation asks before it starts, so that it is not done for nothing.
    """
    refuse_file(folder)
    owned = list_documents(folder, _list_patterns(_choose(only)))
    if owned and not overwrite:
        finding = Finding(
            str(folder),
            None,
            "",
            owned[0].relative_to(folder).as_posix(),
            expected=message("a folder without these documents"),
            advice=message("add --force to replace them"),
        )
        raise InputError([finding])


def list_usual() -> tuple[str, ...]:
    """Return the names of the documents that are written when nobody says which.

    The plan itself is not among them: they are drawn from it.
    """
    return tuple(document.name for document in _choose(None) if document.name != "plan")


def list_fix_tellers() -> tuple[str, ...]:
    """Return the usual documents that change once it is known what would serve visits left out."""
    return tuple(document.name for document in _choose(None) if document.tells_fixes)


def load_draw(document: Document) -> Draw:
    """Return the function that makes a kind of document."""
    return cast(Draw, importlib.import_module(document.module).draw)


def _choose(only: tuple[str, ...] | None) -> tuple[Document, ...]:
    if only is None:
        return tuple(document for document in DOCUMENTS if document.is_usual)
    known = {document.name for document in DOCUMENTS}
    choices = ", ".join(document.name for document in DOCUMENTS)
    findings = [
        Finding(
            "--only", None, "", name,
            expected=message("one of {choices}", choices=choices),
            advice=message("choose one of these words"),
        )
        for name in only if name not in known
    ]  # fmt: skip
    if findings:
        raise InputError(findings)
    return tuple(document for document in DOCUMENTS if document.name in only)


def _list_patterns(documents: tuple[Document, ...]) -> tuple[str, ...]:
    patterns = [document.files for document in documents]
    patterns += [
        document.files.replace(".html", ".pdf") for document in documents if document.is_paper
    ]
    return tuple(patterns)


def _check_path(name: str, document: Document) -> PurePosixPath:
    path = PurePosixPath(name)
    is_inside = path.parts and not set(path.parts) & {"..", "/"} and not set(name) & set("\\:\0")
    if not is_inside or not fnmatchcase(name, document.files):
        raise ValueError(f"{document.name} may not write {name!r}")
    return path
