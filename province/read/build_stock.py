"""Makes the stock of checked rows: categories, batches, titles, kits, loans."""

from province.cells import CellError, parse_whole
from province.findings import Findings
from province.ids import BatchId, CategoryId, KitId, SiteId, TitleId
from province.language import message
from province.nearest import advise_nearest_id
from province.read.build_rows import Lines, check_order
from province.settings import Settings
from province.stock import Batch, BatchTitle, Category, Kit, Loans, Request
from province.tables import rows

PREFIX = "books_"


def build_categories(settings: Settings) -> tuple[Category, ...]:
    """Return the categories of the settings, sorted by id."""
    found = (
        Category(CategoryId(c.id), c.subject, c.audience, c.language, c.name)
        for c in settings.categories
    )
    return tuple(sorted(found, key=lambda category: category.category_id))


def build_batches(
    lines: Lines, settings: Settings, categories: frozenset[str] | None, findings: Findings
) -> tuple[Batch, ...]:
    """Return the batches, sorted by id; their categories must sum to their books.

    Parameters
    ----------
    categories
        Ids of all categories, or None when they cannot be known.
    """
    batches = []
    for line, row, extra in lines:
        mix, is_sure = _read_mix(line, extra, findings)
        if is_sure and sum(mix.values()) != row.books:
            findings.add(
                "batches.csv",
                line,
                "books",
                row.books,
                expected=message("the sum of its categories, {total}", total=sum(mix.values())),
                advice=message("correct the total or a category"),
            )
        batches.append(_build_batch(row, mix, settings, line, findings))
    used = {heading for _, _, extra in lines for heading in extra}
    for heading in sorted(used):
        category = heading.removeprefix(PREFIX)
        if categories is not None and category not in categories:
            findings.add(
                "batches.csv",
                1,
                heading,
                heading,
                expected=message("a category of province.toml"),
                advice=advise_nearest_id(category, categories),
            )
    return tuple(sorted(batches, key=lambda batch: batch.batch_id))


def _read_mix(
    line: int, extra: dict[str, str], findings: Findings
) -> tuple[dict[CategoryId, int], bool]:
    """Return the books of each category, and whether every cell could be read."""
    mix: dict[CategoryId, int] = {}
    is_sure = True
    for heading, cell in extra.items():
        try:
            number = parse_whole(cell)
            if number < 0:
                raise CellError(
                    message("a number {sign} {bound}", sign="≥", bound="0"),
                    message("correct the number"),
                )
        except CellError as error:
            is_sure = False
            findings.add(
                "batches.csv",
                line,
                heading,
                cell,
                expected=error.expected,
                advice=error.advice,
            )
            continue
        if number:
            mix[CategoryId(heading.removeprefix(PREFIX))] = number
    return mix, is_sure


def _build_batch(
    row: rows.BatchRow,
    mix: dict[CategoryId, int],
    settings: Settings,
    line: int,
    findings: Findings,
) -> Batch:
    shortest = row.min_stay_months or settings.rotation.min_stay_months
    longest = row.max_stay_months or settings.rotation.max_stay_months
    has_own = row.min_stay_months is not None or row.max_stay_months is not None
    if longest < shortest and has_own:
        findings.add(
            "batches.csv",
            line,
            "max_stay_months",
            longest,
            expected=message("at least min_stay_months, {months}", months=shortest),
            advice=message("correct one of the two"),
        )
    return Batch(
        batch_id=BatchId(row.batch_id),
        name=row.name,
        books=row.books,
        boxes=row.boxes,
        mass_kg=row.mass_kg,
        books_by_category=tuple(sorted(mix.items())),
        owner=row.owner,
        networks=row.networks,
        condition=row.condition,
        depot_id=SiteId(row.depot_id),
        min_stay_months=shortest,
        max_stay_months=longest,
        resting_until=row.resting_until,
        pinned_site=SiteId(row.pinned_site) if row.pinned_site else None,
        pinned_until=row.pinned_until,
        note=row.note,
    )


def build_titles(lines: Lines) -> tuple[BatchTitle, ...]:
    """Return the titles of batches, sorted by batch and title."""
    found = [
        BatchTitle(
            BatchId(r.batch_id), TitleId(r.title_id), r.title, CategoryId(r.category_id), r.copies
        )
        for _, r, _ in lines
    ]
    return tuple(sorted(found, key=lambda title: (title.batch_id, title.title_id)))


def build_loans(lines: Lines) -> tuple[Loans, ...]:
    """Return the loans, sorted by site, day and category."""
    found = [
        Loans(SiteId(r.site_id), r.date, CategoryId(r.category_id), r.uses, r.months)
        for _, r, _ in lines
    ]
    return tuple(sorted(found, key=lambda seen: (seen.site_id, seen.day, seen.category_id)))


def build_requests(lines: Lines) -> tuple[Request, ...]:
    """Return the requests, sorted by site, day and category."""
    found = [
        Request(SiteId(r.site_id), r.date, CategoryId(r.category_id), r.books) for _, r, _ in lines
    ]
    return tuple(sorted(found, key=lambda asked: (asked.site_id, asked.day, asked.category_id)))


def build_kits(lines: Lines, findings: Findings) -> tuple[Kit, ...]:
    """Return the kits, sorted by id."""
    for line, row, _ in lines:
        check_order(line, "kits.csv", "due_date", row.ready_date, row.due_date, findings)
    found = [
        Kit(
            KitId(r.kit_id),
            r.name,
            SiteId(r.site_id),
            r.boxes,
            r.mass_kg,
            r.ready_date,
            r.due_date,
            r.note,
        )
        for _, r, _ in lines
    ]
    return tuple(sorted(found, key=lambda kit: kit.kit_id))
