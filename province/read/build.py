"""Makes facts of checked rows; what only concerns one row is checked here."""

from collections.abc import Iterable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any

from province.agenda import CalendarEntry, Zone
from province.amounts import count_decimals, count_smallest
from province.cells import MOST_VND, parse_whole
from province.dates import DateSpan
from province.findings import CellError, Findings, Spot, advise_nearest_id, advise_nearest_word
from province.fleet import Crew, Vehicle, VehicleKind
from province.ids import CategoryId
from province.language import message
from province.places import Site
from province.recurrence import find_rule_fault, occurs
from province.roads import Closure
from province.row_refs import RowRef
from province.settings import Settings
from province.stock import Batch, Category, Kit
from province.tables.declared import BOOKS_PREFIX
from province.tables.rows import Fact, make_fact

Lines = Iterable[tuple[int, Any, dict[str, str]]]
SKILLS = ("exchange", "session", "training")


def build_facts(fact: type[Fact], lines: Lines, *keys: str) -> tuple[Fact, ...]:
    """Return the facts of a table whose rows tell them as they are, sorted by fields."""
    found = [make_fact(fact, row) for _, row, _ in lines]
    return tuple(sorted(found, key=attrgetter(*keys)) if keys else found)


def build_seen(
    fact: type[Fact], file: str, lines: Mapping[str, Lines], findings: Findings
) -> tuple[Fact, ...]:
    """Return the facts of a table whose rows have no id, each with its place in the file."""
    found = [
        make_fact(fact, row, place=RowRef(findings.names.get(file, file), _tell_seen(row), line))
        for line, row, _ in lines[file]
    ]
    return tuple(sorted(found, key=attrgetter("site_id", "day", "category_id")))


def _tell_seen(row: Any) -> str:
    return f"{row.site_id} {row.date} {row.category_id}"


def check_order(row: Any, first: str, last: str, place: Spot) -> bool:
    """Return whether two cells are in order, or either is empty; if not, add a finding."""
    begin, end = getattr(row, first), getattr(row, last)
    if begin is None or end is None or begin <= end:
        return True
    place.at(last).add(
        end,
        expected=message("not before {first}", first=str(begin)),
        advice=message("swap the two"),
    )
    return False


def build_sites(lines: Lines, findings: Findings) -> tuple[Site, ...]:
    """Return the sites of `libraries.csv`, sorted by id."""
    sites = []
    for line, row, _ in lines:
        check_order(row, "enrolled_from", "enrolled_until", findings.at("libraries.csv", line))
        rotates, opens = row.takes in ("rotation", "both"), row.takes in ("session", "both")
        sites.append(make_fact(Site, row, takes_rotation=rotates, takes_sessions=opens))
    return tuple(sorted(sites, key=lambda site: site.site_id))


def build_vehicles(lines: Lines, currency: str, findings: Findings) -> tuple[Vehicle, ...]:
    """Return the vehicles, sorted by id; the table tells their prices in the currency."""
    found = []
    for line, row, _ in lines:
        prices = {}
        for name in ("cost_vnd_per_km", "cost_vnd_per_day"):
            amount = getattr(row, name)
            smallest = count_smallest(amount, currency)
            if smallest is None or smallest > MOST_VND:
                decimals = count_decimals(currency)
                findings.at("vehicles.csv", line, name).add(
                    amount,
                    expected=message("an amount with at most {count} decimals", count=decimals)
                    if decimals
                    else message("a whole number"),
                    advice=message("round it"),
                )
            prices[name] = smallest or 0
        found.append(make_fact(Vehicle, row, **prices))
    return tuple(sorted(found, key=lambda vehicle: vehicle.vehicle_id))


def build_crews(lines: Lines, findings: Findings) -> tuple[Crew, ...]:
    """Return the crews, sorted by id."""
    kinds = tuple(kind.value for kind in VehicleKind)
    found = []
    for line, row, _ in lines:
        for column, words, known in (("drives", row.drives, kinds), ("skills", row.skills, SKILLS)):
            for word in words:
                if word not in known:
                    findings.at("crews.csv", line, column).add(
                        word,
                        expected=message("one of {choices}", choices=", ".join(known)),
                        advice=advise_nearest_word(word, known),
                    )
        drives = tuple(VehicleKind(word) for word in row.drives if word in kinds)
        found.append(make_fact(Crew, row, drives=drives))
    return tuple(sorted(found, key=lambda crew: crew.crew_id))


def build_closures(lines: Lines, findings: Findings) -> tuple[Closure, ...]:
    """Return the closures, sorted by id."""
    known = tuple(lines)
    for line, row, _ in known:
        named = [row.segment_id, row.ref, row.commune_code, row.area_id]
        if sum(bool(name) for name in named) != 1:
            findings.at("closures.csv", line, "segment_id").add(
                row.segment_id or row.ref,
                expected=message("one of segment_id, ref, commune_code or area_id"),
                advice=message("say in exactly one way what is closed"),
            )
        check_order(row, "from_date", "to_date", findings.at("closures.csv", line))
        check_order(row, "km_from", "km_to", findings.at("closures.csv", line))
    return build_facts(Closure, known, "closure_id")


def build_calendar(lines: Lines, findings: Findings) -> tuple[CalendarEntry, ...]:
    """Return the calendar entries, sorted by id."""
    known = tuple(lines)
    for line, row, _ in known:
        check_rule(row.rule, row.start_date, findings.at("calendar.csv", line, "rule"))
        check_order(row, "start_date", "until", findings.at("calendar.csv", line))
    return build_facts(CalendarEntry, known, "entry_id")


def check_rule(rule: str, start: date, place: Spot) -> None:
    """Add a finding for a rule by which days repeat that is none, or never holds."""
    expected = find_rule_fault(rule)
    advice = message("write it like FREQ=WEEKLY;BYDAY=SU or LUNAR:1,15")
    if expected is None and not occurs(rule, start):
        expected = message("a rule that holds on some day after {start}", start=str(start))
        advice = message("correct the days it names, or delete the row")
    if expected is not None:
        place.add(rule, expected=expected, advice=advice)


def build_zones(lines: Lines, findings: Findings) -> tuple[Zone, ...]:
    """Return the zones whose days are in order, sorted by id."""
    found = [
        make_fact(Zone, row, span=DateSpan(row.from_date, row.to_date))
        for line, row, _ in lines
        if check_order(row, "from_date", "to_date", findings.at("zones.csv", line))
    ]
    return tuple(sorted(found, key=lambda zone: zone.zone_id))


def build_kits(lines: Lines, findings: Findings) -> tuple[Kit, ...]:
    """Return the kits, sorted by id."""
    known = tuple(lines)
    for line, row, _ in known:
        check_order(row, "ready_date", "due_date", findings.at("kits.csv", line))
    return build_facts(Kit, known, "kit_id")


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
    batches, used = [], set()
    for line, row, extra in lines:
        mix, is_sure = _read_mix(line, extra, findings)
        if is_sure and sum(mix.values()) != row.books:
            findings.at("batches.csv", line, "books").add(
                row.books,
                expected=message("the sum of its categories, {total}", total=sum(mix.values())),
                advice=message("correct the total or a category"),
            )
        batches.append(_build_batch(row, mix, settings, line, findings))
        used |= set(extra)
    for heading in sorted(used):
        category = heading.removeprefix(BOOKS_PREFIX)
        if categories is not None and category not in categories:
            findings.at("batches.csv", 1, heading).add(
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
            findings.at("batches.csv", line, heading).refuse(cell, error)
            continue
        if number:
            mix[CategoryId(heading.removeprefix(BOOKS_PREFIX))] = number
    return mix, is_sure


def _build_batch(
    row: Any, mix: dict[CategoryId, int], settings: Settings, line: int, findings: Findings
) -> Batch:
    shortest = row.min_stay_months or settings.rotation.min_stay_months
    longest = row.max_stay_months or settings.rotation.max_stay_months
    has_own = row.min_stay_months is not None or row.max_stay_months is not None
    if longest < shortest and has_own:
        findings.at("batches.csv", line, "max_stay_months").add(
            longest,
            expected=message("at least min_stay_months, {months}", months=shortest),
            advice=message("correct one of the two"),
        )
    books = tuple(sorted(mix.items()))
    return make_fact(
        Batch, row, books_by_category=books, min_stay_months=shortest, max_stay_months=longest
    )
