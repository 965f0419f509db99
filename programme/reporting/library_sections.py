"""What libraries did: models, the four forms of work, readers, uses, books."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator

from programme.evidence import Evidence, refer_result
from programme.figure import Figure, count_things, sum_by_place, sum_things
from programme.measure import COMMUNES, Scope, is_model
from programme.reporting.parts import CellKind, ReportLine, ReportSection, Traced, WorkedOut
from programme.reporting.question import ReportQuestion, Rows
from programme.shortfalls import FORM_NAMES
from province.dates import DateSpan
from province.ids import SiteId
from province.journal import EntryType, LedgerEntry
from province.language import Message, message
from province.lendings import list_foreign
from province.programme_facts import Form, LibraryModel, ModelKind
from province.results import ResultTask, list_standing_results
from province.row_refs import RowRef

MODEL_KINDS: dict[ModelKind, Message] = {
    ModelKind.COMBINED: message("combined"),
    ModelKind.SINGLE: message("single"),
    ModelKind.PRIVATE: message("private library"),
}
"""What people read for each kind of model."""


def list_own_models(question: ReportQuestion) -> tuple[tuple[LibraryModel, Rows], ...]:
    """Return the models of the communes that count, with the rows that say so.

    A site's report tells of the models that pool it.
    """
    codes = {commune.code for commune in question.yardstick.communes[Scope.ALL]}
    site = question.unit.site if question.unit else None
    province = question.province
    return tuple(
        (one, (province.refer("models.csv", one.model_id), RowRef(COMMUNES, one.commune_code)))
        for one in province.programme.models
        if one.commune_code in codes and (site is None or site.site_id in one.sites)
    )


def works_on(model: LibraryModel, question: ReportQuestion) -> bool:
    """Whether a model is established and not closed on the day of the report."""
    on = question.on
    return model.established is not None and model.established <= on <= (model.closed or on)


def make_model_section(question: ReportQuestion) -> ReportSection:
    """Return the section of the library models, by kind."""
    models, span = list_own_models(question), question.span
    settings, on = question.province.settings, question.on
    lines = (
        ("working", message("working"), [m for m in models if works_on(m[0], question)]),
        ("counted", message("of these meeting the criteria"),
         [m for m in models if is_model(m[0], settings, on)]),
        ("founded", message("established in the period"),
         [m for m in models if m[0].established is not None and m[0].established in span]),
        ("closed", message("closed in the period"),
         [m for m in models if m[0].closed is not None and m[0].closed in span]),
        ("intended", message("to be established"),
         [m for m in models if m[0].established is None or m[0].established > on]),
    )  # fmt: skip
    return ReportSection(
        id="models",
        title=message("Library models"),
        columns=(message("Together"), *MODEL_KINDS.values()),
        lines=tuple(
            ReportLine(
                name,
                (
                    Traced(f"models.{key}.all", _count_models(found)),
                    *(
                        Traced(
                            f"models.{key}.{kind}",
                            _count_models(one for one in found if one[0].kind is kind),
                        )
                        for kind in MODEL_KINDS
                    ),
                ),
                names_parts=key in ("founded", "closed"),
            )
            for key, name, found in lines
        ),
        notes=(
            message(
                "Meeting the criteria: their weights sum to {points} points at least.",
                points=f"{settings.targets.points_needed:g}",
            ),
        ),
    )


def _count_models(models: Iterable[tuple[LibraryModel, Rows]]) -> Figure:
    return count_things((model.model_id, rows) for model, rows in models)


def make_form_section(question: ReportQuestion) -> ReportSection:
    """Return the section of what libraries did together with the provincial library, by form."""
    libraries = {site.site_id for site in question.libraries}
    evidence, lines = question.list_evidence(), []
    for form in Form:
        own = [one for one in evidence if form in one.forms]
        lines.append(
            ReportLine(
                FORM_NAMES[form],
                (
                    Traced(
                        f"forms.{form}.libraries",
                        _count_libraries(question, own, libraries, form, counts=(form,)),
                    ),
                    Traced(f"forms.{form}.times", _count_times(question, own, form)),
                    Traced(f"forms.{form}.people", sum_people(question, own, form)),
                ),
            )
        )
    seen: defaultdict[SiteId, list[Evidence]] = defaultdict(list)
    for one in evidence:
        seen[one.site_id].append(one)
    every = [
        one
        for one in evidence
        if {form for known in seen[one.site_id] for form in known.forms} == set(Form)
    ]  # fmt: skip
    whole = count_things((one, question.list_place_rows(one)) for one in libraries)
    for key, name, figure in (
        ("any.libraries", message("any of them"), _count_libraries(question, evidence, libraries)),
        ("all.libraries", message("all four"),
         _count_libraries(question, every, libraries, counts=(Form.PROMOTION,))),
        ("whole", message("libraries of the grassroots"), whole),
    ):  # fmt: skip
        lines.append(ReportLine(name, (Traced(f"forms.{key}", figure), None, None)))
    return ReportSection(
        id="forms",
        title=message("Work with the provincial library, by form"),
        columns=(message("Libraries"), message("Times"), message("People")),
        lines=tuple(lines),
        notes=(
            message(
                "By what was written down or recorded on trips. Times and people are those of all"
                " sites, schools too; people are visits, not persons."
            ),
            message(
                "A session for an event that counts as promotion stands in both lines; it is one"
                " activity in all other numbers."
            ),
        ),
    )


def _count_libraries(
    question: ReportQuestion,
    evidence: Iterable[Evidence],
    libraries: set[SiteId],
    form: Form = Form.CIRCULATION,
    *,
    counts: tuple[Form, ...] = (),
) -> Figure:
    """Return the libraries among the sites of some evidence; moves taken back count nothing.

    `counts` are the forms as which it counts.
    """
    rows: defaultdict[SiteId, list[RowRef]] = defaultdict(list)
    for one in evidence:
        if one.site_id in libraries:
            rows[one.site_id] += one.list_rows(*counts)
    counted = [(site, question.with_place(site, own), 1.0) for site, own in rows.items()]
    taken_back = _list_taken_back(question, libraries) if form is Form.CIRCULATION else []
    return sum_by_place([*counted, *taken_back])


def _list_taken_back(
    question: ReportQuestion, sites: Container[SiteId]
) -> list[tuple[SiteId, Rows, float]]:
    """Return the moves to sites that were taken back, each counting nothing."""
    return [
        (entry.to_site, rows, 0.0)
        for entry, rows in question.yardstick.list_taken_back(question.span)
        if entry.to_site in sites
    ]


def _count_times(question: ReportQuestion, evidence: Iterable[Evidence], form: Form) -> Figure:
    amounts = [
        (one.site_id, question.with_place(one.site_id, one.list_rows(form)), 1.0)
        for one in evidence
    ]
    if form is Form.CIRCULATION:
        amounts += _list_taken_back(question, question.sites)
    return sum_by_place(amounts)


def sum_people(question: ReportQuestion, evidence: Iterable[Evidence], *counts: Form) -> Figure:
    """Return how many people took part, by site; `counts` are the forms as which it counts."""
    return sum_by_place(
        (one.site_id, question.with_place(one.site_id, one.list_rows(*counts)), float(one.people))
        for one in evidence
        if one.people
    )


def make_reader_section(question: ReportQuestion) -> ReportSection:
    """Return the section of people and uses, beside the same days of the year before."""
    spans = (question.span, question.period.before(question.on))
    people = [sum_people(question, question.list_evidence(span)) for span in spans]
    sessions = [_sum_session_uses(question, span) for span in spans]
    lines = [
        _compare(message("people at activities"), "readers.people", people),
        _compare(message("uses of books in libraries"), "readers.uses",
                 [_sum_uses(question, span) for span in spans]),
        _compare(message("uses at mobile sessions"), "readers.sessions", sessions),
    ]  # fmt: skip
    split = _list_split_results(question)
    for category in question.province.settings.categories:
        uses = [_sum_uses(question, span, category.id) for span in spans]
        if any(figure.parts for figure in uses):
            is_split = any(split & set(figure.rows) for figure in uses)
            name = message("of these: {category}", category=category.name)
            lines.append(_compare(name, f"readers.uses.{category.id}", uses, is_split))
    return ReportSection(
        id="readers",
        title=message("Readers and uses"),
        columns=(message("In the period"), message("The same days a year before"),
                 message("Growth, %")),
        lines=tuple(lines),
        notes=(
            message(
                "Uses are counted when a batch is fetched or at a visit, and count on that day."
                " Where only the sum was told, the uses of each category are estimated by the"
                " books of the batch."
            ),
        ),
    )  # fmt: skip


def _compare(
    name: Message, key: str, figures: list[Figure], is_estimated: bool = False
) -> ReportLine:
    now, before = figures
    growth = None
    if before.value:
        pct = round(100 * now.value / before.value - 100, 1)
        of = (f"{key}.now", f"{key}.before")
        growth = WorkedOut(f"{key}.growth", pct, of, CellKind.PERCENT, is_estimated)
    return ReportLine(
        name,
        (
            Traced(f"{key}.now", now, is_estimated=is_estimated),
            Traced(f"{key}.before", before, is_estimated=is_estimated),
            growth,
        ),
    )


def _sum_uses(question: ReportQuestion, span: DateSpan, category: str | None = None) -> Figure:
    return sum_by_place(
        (one.site_id, question.with_place(one.site_id, (one.place,) if one.place else ()),
         float(one.uses))
        for one in question.province.loans
        if one.day in span and one.site_id in question.sites and one.uses
        and category in (None, one.category_id)
    )  # fmt: skip


def _sum_session_uses(question: ReportQuestion, span: DateSpan) -> Figure:
    return sum_by_place(
        (row.site_id, question.with_place(row.site_id, (refer_result(question.province, result),)),
         float(row.uses))
        for result in list_standing_results(question.province.results)
        if (row := result.row).task is ResultTask.SESSION and row.uses and row.day
        and row.day in span and row.site_id in question.sites
    )  # fmt: skip


def _list_split_results(question: ReportQuestion) -> set[RowRef]:
    """Return the results whose uses were told in one sum."""
    return {
        refer_result(question.province, result)
        for result in list_standing_results(question.province.results)
        if result.row.uses and not result.row.uses_by_category
    }


def make_book_section(question: ReportQuestion) -> ReportSection:
    """Return the section of the books that were moved, by what the journal says."""
    lines = []
    for key, name, moves in (
        ("brought", message("brought to libraries"), _list_brought(question)),
        ("chained", message("of these from another library"),
         _list_brought(question, is_chain=True)),
        ("fetched", message("fetched from libraries to the depot"), _list_fetched(question)),
        ("lost", message("lost at libraries"),
         _list_losses(question, EntryType.LOST_BOOKS, EntryType.LOST_LEFT)),
        ("damaged", message("damaged"), _list_losses(question, EntryType.DAMAGED_BOOKS)),
    ):  # fmt: skip
        own = list(moves)
        is_move = key in ("brought", "chained", "fetched")
        lines.append(
            ReportLine(
                name,
                (
                    Traced(f"books.{key}.batches", _sum_moves(own, "")) if is_move else None,
                    Traced(f"books.{key}.boxes", _sum_moves(own, "boxes")) if is_move else None,
                    Traced(f"books.{key}.books", _sum_moves(own, "books")),
                ),
            )
        )
    if question.unit is None:
        stock = (("batches", ""), ("boxes", "boxes"), ("books", "books"))
        cells = (Traced(f"books.stock.{key}", _sum_stock(question, what)) for key, what in stock)
        lines.append(ReportLine(message("stock of the rotation"), tuple(cells)))
    return ReportSection(
        id="books",
        title=message("Books in rotation"),
        columns=(message("Batches"), message("Boxes"), message("Books")),
        lines=tuple(lines),
        notes=(message("Moves that were taken back count nothing; their rows are listed."),),
    )


Move = tuple[LedgerEntry, SiteId, Rows, float]
"""An entry, the site that it is about, its rows, and how often it counts: 0 if taken back."""


def _list_brought(question: ReportQuestion, *, is_chain: bool = False) -> Iterator[Move]:
    served = question.all_sites
    for entry, rows, times in question.list_entries(EntryType.MOVED):
        if entry.to_site not in question.sites or (is_chain and entry.from_site not in served):
            continue
        own = question.with_place(entry.to_site, rows)
        if is_chain:
            own = (*own, *served[entry.from_site])
        yield entry, entry.to_site, own, times


def _list_fetched(question: ReportQuestion) -> Iterator[Move]:
    depots = {site.site_id for site in question.province.depots}
    for entry, rows, times in question.list_entries(EntryType.MOVED):
        if entry.from_site in question.sites and entry.to_site in depots:
            depot = question.province.refer("libraries.csv", entry.to_site)
            own = (*question.with_place(entry.from_site, rows), depot)
            yield entry, entry.from_site, own, times


def _list_losses(question: ReportQuestion, *kinds: EntryType) -> Iterator[Move]:
    for entry, rows, times in question.list_entries(*kinds):
        if entry.from_site in question.sites:
            yield entry, entry.from_site, question.with_place(entry.from_site, rows), times


def _sum_moves(moves: Iterable[Move], what: str) -> Figure:
    """Return a sum over moves; "": their number."""
    return sum_by_place(
        (site_id, rows, times * (float(getattr(entry, what)) if what else 1.0))
        for entry, site_id, rows, times in moves
    )


def _sum_stock(question: ReportQuestion, what: str) -> Figure:
    """Return a sum over the batches of its own; "": their number."""
    province = question.province
    foreign = list_foreign(province.lendings)
    return sum_things(
        (one.batch_id, (province.refer("batches.csv", one.batch_id),),
         float(getattr(one, what)) if what else 1.0)
        for one in province.batches
        if one.batch_id not in foreign
    )  # fmt: skip
