"""A report: every figure is counted again from the tables, and opens into the rows it came from."""

import csv
import dataclasses
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from conftest import SMALL
from reported import ON, list_work, make_folder, plan_and_record, report, without

from planning.answers.reported import find_unit
from programme.figure import Figure
from programme.measure import Scope, Yardstick
from programme.reporting.commune_section import COLUMNS as COMMUNE_COLUMNS
from programme.reporting.parts import ProgrammeReport, Traced, WorkedOut
from programme.reporting.period import parse_period
from programme.reporting.question import PlannedWork
from province.dates import DateSpan
from province.errors import InputError
from province.facts import Province
from province.ids import SiteId
from province.programme_facts import Activity, Form
from province.read import read_province
from province.row_refs import RowRef
from province.shipped import find_shipped

SON_LA = find_shipped("son-la")


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    folder = make_folder(Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("r") / "Mường Nhỏ")))
    plan_and_record(folder, read_province(folder))
    return read_province(folder)


@pytest.fixture(scope="module")
def work(province: Province) -> PlannedWork:
    return list_work(province)


@pytest.fixture(scope="module")
def yearly(province: Province, work: PlannedWork) -> ProgrammeReport:
    return report(province, work)


def numbers(told: ProgrammeReport) -> dict[str, float]:
    return {cell.key: cell.number for cell in told.cells}


def figures(told: ProgrammeReport) -> dict[str, Figure]:
    return {cell.key: cell.figure for cell in told.traced}


TABLES = {
    "libraries.csv": "sites", "batches.csv": "batches", "batch_titles.csv": "titles",
    "vehicles.csv": "vehicles", "crews.csv": "crews", "closures.csv": "closures",
    "calendar.csv": "calendar", "loans.csv": "loans", "requests.csv": "requests",
    "kits.csv": "kits", "visit_pins.csv": "pins", "communes.geojson": "communes",
    "ledger.csv": "journal", "ledger.sqlite": "results", "models.csv": "programme.models",
    "activities.csv": "programme.activities", "staff.csv": "programme.staff",
    "courses.csv": "programme.courses", "partners.csv": "programme.partners",
    "funds.csv": "programme.funds", "expenses.csv": "programme.expenses",
    "unit_reports.csv": "programme.unit_reports", "wishes.csv": "wishes",
}  # fmt: skip
NONE = Figure(())
ONLY_WARD = "90001"
SILENT = ("batch_titles.csv", "vehicles.csv", "crews.csv", "closures.csv", "visit_pins.csv")
"""Tables of which no figure is counted."""


def place_of(province: Province, file: str, fact: object) -> RowRef:
    """Return where the row of a fact stands."""
    own = getattr(fact, "place", None)
    if isinstance(own, RowRef):
        return own
    key = str(getattr(fact, dataclasses.fields(fact)[0].name))
    if file == "ledger.csv":
        return province.refer(file, key, otherwise="ledger.sqlite")
    return province.refer(file, key)


def drop_rows(
    province: Province, work: PlannedWork
) -> Iterator[tuple[RowRef, Province, PlannedWork]]:
    """Yield every row of every table with what is left of the facts and the plans without it."""
    for file, fact in TABLES.items():
        owner = province.programme if fact.startswith("programme.") else province
        for number, one in enumerate(getattr(owner, fact.split(".")[-1])):
            row = place_of(province, file, one)
            rest = without(province, fact, number)
            if file == "ledger.sqlite":
                rest = dataclasses.replace(
                    rest, loans=tuple(seen for seen in rest.loans if seen.place != row)
                )
                yield row, rest, list_work(rest)
            elif fact != "loans" or row.file == "loans.csv":  # others go with their result
                yield row, rest, work
    for row in {row for task in work.tasks for row in task.rows}:
        tasks = tuple(task for task in work.tasks if row not in task.rows)
        yield row, province, dataclasses.replace(work, tasks=tasks)
    for number, trip in enumerate(work.trips):
        trips = (*work.trips[:number], *work.trips[number + 1 :])
        yield trip.rows[0], province, dataclasses.replace(work, trips=trips)
    for visit in work.left_out:
        yield visit.rows[0], province, dataclasses.replace(work, left_out=())


@pytest.mark.parametrize(("level", "unit"), [("department", ""), ("unit", "90002")])
def test_a_row_changes_exactly_the_figures_that_list_it(
    province: Province, work: PlannedWork, level: str, unit: str
) -> None:
    about = find_unit(province, unit) if unit else None
    before = figures(report(province, work, level, unit=about))
    tried: Counter[str] = Counter()
    for row, rest, rest_of_work in drop_rows(province, work):
        after = figures(report(rest, rest_of_work, level, unit=about))
        # A line of which nothing is left falls away: its numbers are none, as those of no row.
        changed = {
            key for key in before | after if before.get(key, NONE) != after.get(key, NONE)
        }  # fmt: skip
        listing = {key for key, figure in before.items() if row in figure.rows}
        if row.key == ONLY_WARD:  # without wards there is one way of counting, not two
            changed, listing = (
                {key for key in keys if ".no-wards." not in key} for keys in (changed, listing)
            )
        assert changed == listing, row
        tried[row.file] += bool(listing)
    told = {file for figure in before.values() for file in (row.file for row in figure.rows)}
    assert told - set(tried) <= {"province.toml"}
    assert not any(tried[file] for file in SILENT)
    if level == "department":
        assert sum(tried.values()) >= 40
        assert {file for file in TABLES if not tried[file]} == set(SILENT)


AMOUNTS = {
    "activities.csv": "people", "loans.csv": "uses", "ledger.csv": "books", "staff.csv": "people",
    "expenses.csv": "amount", "funds.csv": "amount", "requests.csv": "books",
    "batches.csv": "boxes",
}  # fmt: skip


@pytest.mark.parametrize("file", AMOUNTS)
def test_an_amount_changes_no_figure_but_those_that_list_its_row(
    province: Province, work: PlannedWork, yearly: ProgrammeReport, file: str
) -> None:
    before, changed = figures(yearly), set()
    fact, _, part = TABLES[file].partition(".")
    owner = getattr(province, fact)
    for number, one in enumerate(getattr(owner, part) if part else owner):
        rest = without(province, TABLES[file], number)
        more = dataclasses.replace(one, **{AMOUNTS[file]: getattr(one, AMOUNTS[file]) + 7})
        kept = (*(getattr(getattr(rest, fact), part) if part else getattr(rest, fact)), more)
        if part:
            programme = dataclasses.replace(rest.programme, **{part: kept})
            rest = dataclasses.replace(rest, programme=programme)
        else:
            rest = dataclasses.replace(rest, **{fact: kept})
        after = figures(report(rest, work))
        row = place_of(province, file, one)
        others = {
            key
            for key, figure in before.items()
            if figure.value != after[key].value and row not in figure.rows
        }
        assert others == set(), row
        changed |= {key for key in before if before[key].value != after[key].value}
    assert changed


def read_rows(file: str) -> list[dict[str, str]]:
    with (SON_LA / file).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def son_la() -> Province:
    return read_province(SON_LA)


@pytest.fixture(scope="module")
def of_son_la(son_la: Province) -> ProgrammeReport:
    return report(son_la, PlannedWork())


def count_by_hand() -> dict[str, float]:
    """Return figures of Sơn La's year 2026, counted from its tables as they lie there."""
    sites = {row["site_id"]: row["kind"] for row in read_rows("libraries.csv")}
    libraries = {
        site for site, kind in sites.items()
        if kind in ("commune_library", "learning_centre", "culture_centre", "post_office",
                    "legal_bookcase", "private_library")
    }  # fmt: skip
    seen: defaultdict[str, set[str]] = defaultdict(set)
    told: Counter[str] = Counter()
    moves = [row for row in read_rows("ledger.csv") if row["date"][:4] == "2026"]
    held = {(row["date"], row["to_site"]) for row in moves if sites[row["to_site"]] != "depot"}
    for row in moves:
        way = "fetched" if sites[row["to_site"]] == "depot" else "brought"
        if sites[row["from_site"]] == sites[row["to_site"]] == "depot":
            continue
        told[f"books.{way}.batches"] += 1
        told[f"books.{way}.books"] += int(row["books"])
        if way == "brought":
            seen[row["to_site"]].add("circulation")
            told["forms.circulation.times"] += 1
    for row in read_rows("activities.csv"):
        is_double = row["form"] == "circulation" and (row["date"], row["site_id"]) in held
        if row["date"][:4] == "2026" and not is_double:
            seen[row["site_id"]].add(row["form"])
            told[f"forms.{row['form']}.times"] += 1
            told[f"forms.{row['form']}.people"] += int(row["people"] or 0)
            told["readers.people.now"] += int(row["people"] or 0)
        elif row["date"][:4] == "2025":
            told["readers.people.before"] += int(row["people"] or 0)
    for form in ("circulation", "mobile", "online", "promotion"):
        told[f"forms.{form}.libraries"] = sum(form in seen[site] for site in libraries)
    told["forms.all.libraries"] = sum(len(seen[site]) == 4 for site in libraries)
    told["forms.whole"] = len(libraries)
    for row in read_rows("loans.csv"):
        year = {"2026": "now", "2025": "before"}.get(row["date"][:4])
        if year:
            told[f"readers.uses.{year}"] += int(row["uses"])
    for row in read_rows("expenses.csv"):
        if row["date"][:4] == "2026":
            told[f"money.{row['fund_id']}.spent"] += int(row["amount"])
            told[f"money.for.{row['purpose']}.VND"] += int(row["amount"])
    for row in read_rows("models.csv"):
        told["models.founded.all"] += row["established"][:4] == "2026"
        told["models.closed.all"] += row["closed"][:4] == "2026"
    for row in read_rows("staff.csv"):
        told["staff.people"] += int(row["people"] or 1)
        told["staff.trained_now"] += int(row["trained"]) * (row["trained_date"][:4] == "2026")
    return dict(told)


def test_son_la_is_counted_again_from_its_tables(of_son_la: ProgrammeReport) -> None:
    by_hand, told = count_by_hand(), numbers(of_son_la)
    assert len(by_hand) >= 30
    assert {key: told[key] for key in by_hand} == by_hand


COLUMNS = {
    "readers.uses": ("loans.csv", "uses"), "readers.people": ("activities.csv", "people"),
    "money.NS2026.spent": ("expenses.csv", "amount"), "staff.people": ("staff.csv", "people"),
    "staff.trained": ("staff.csv", "trained"), "books.stock.books": ("batches.csv", "books"),
    "books.brought.books": ("ledger.csv", "books"), "books.fetched.boxes": ("ledger.csv", "boxes"),
    "models": ("models.csv", ""), "partners": ("partners.csv", ""),
}  # fmt: skip


@pytest.mark.parametrize("begins", COLUMNS)
def test_the_rows_named_sum_to_the_figure(of_son_la: ProgrammeReport, begins: str) -> None:
    """Whoever opens the file at the lines named, and adds up the column, has the figure."""
    file, column = COLUMNS[begins]
    lines = read_rows(file)
    own = [cell for cell in of_son_la.traced if cell.key.startswith(begins)]
    assert own
    for cell in own:
        at = [row.line or 0 for row in cell.figure.rows if row.file == file]
        total = sum(float(lines[line - 2][column]) if column else 1 for line in at)
        assert total == cell.number, cell.key


def test_every_key_stands_once_and_names_what_it_was_worked_out_of(
    yearly: ProgrammeReport,
) -> None:
    keys = [cell.key for cell in yearly.cells]
    assert len(keys) == len(set(keys))
    for cell in yearly.cells:
        if isinstance(cell, WorkedOut):
            assert cell.of
            assert set(cell.of) <= set(keys)


def test_the_small_province_by_hand(yearly: ProgrammeReport) -> None:
    """One trip: 3 stops, B5 to TV1, B3 to TV2, B2 to TV4; the kit was not printed, rain at TV1."""
    told = numbers(yearly)
    assert {key: told[key] for key in told if key.startswith(("visits.", "trips.", "kits."))} == {
        "visits.planned": 3, "visits.made": 3,
        "visits.exchange-leave.planned": 3, "visits.exchange-leave.done": 3,
        "visits.exchange-leave.partly": 0, "visits.exchange-leave.not-done": 0,
        "visits.exchange-leave.open": 0,
        "visits.exchange-take.planned": 2, "visits.exchange-take.done": 2,
        "visits.exchange-take.partly": 0, "visits.exchange-take.not-done": 0,
        "visits.exchange-take.open": 0,
        "visits.session.planned": 1, "visits.session.done": 0, "visits.session.partly": 1,
        "visits.session.not-done": 0, "visits.session.open": 0,
        "visits.kit.planned": 1, "visits.kit.done": 0, "visits.kit.partly": 0,
        "visits.kit.not-done": 1, "visits.kit.open": 0,
        "trips.planned": 1, "trips.driven": 1, "trips.km_planned": 104.2, "trips.km": 103.6,
        "trips.without_km": 0, "trips.cost": 937_800,
        "kits.due": 2, "kits.delivered": 0, "kits.late": 0, "kits.missing": 2,
    }  # fmt: skip
    # 2026 in the history: L01 to L04 (L06 was taken back), on the trip three; each of 70 or 105.
    assert (told["books.brought.batches"], told["books.brought.books"]) == (7, 4 * 70 + 105 + 140)
    assert told["books.chained.batches"] == 3
    # The communes 90002 and 90003 sent theirs, one of them a day late; 90004 owes it.
    assert [told[f"reporting.unit.{one}"] for one in ("expected", "came", "late", "missing")] == [
        3, 2, 1, 1
    ]  # fmt: skip
    assert told["asked.books.tales-child-hmn"] == 45
    assert told["short.reason.Mưa to"] == told["short.reason.Chưa in xong"] == 1
    assert told["short.left_out.road_closed"] == 1


def test_a_session_for_an_event_is_promotion_too_and_one_activity(
    province: Province, work: PlannedWork, yearly: ProgrammeReport
) -> None:
    """100 people on 6 June at the fair, 30 in December by a wish: without it those are not."""
    calendar = tuple(dataclasses.replace(one, is_promotion=False) for one in province.calendar)
    plain = report(dataclasses.replace(province, calendar=calendar), work)
    unwished = numbers(report(dataclasses.replace(province, wishes=()), work))
    before, after = numbers(plain), numbers(yearly)
    assert {key: after[key] - before[key] for key in after if after[key] != before[key]} == {
        "forms.promotion.times": 2, "forms.promotion.people": 130,
        "goals.fairs.all.value": 2, "goals.fairs.no-wards.value": 2,
        "goals.fairs.all.missing": -1, "goals.fairs.no-wards.missing": -1,
        "communes.90002.forms.promotion.times": 2,
    }  # fmt: skip
    assert unwished["forms.promotion.times"] == before["forms.promotion.times"] + 1
    (times,) = (one for one in yearly.traced if one.key == "forms.promotion.times")
    rows = {(row.file, row.key) for row in times.figure.rows}
    assert {("activities.csv", "A3"), ("calendar.csv", "HOI"), ("calendar.csv", "DONG"),
            ("wishes.csv", "M1")} <= rows  # fmt: skip
    goal = next(one for one in province.settings.goals if one.id == "fairs")
    both = goal.model_copy(update={"forms": (Form.MOBILE, Form.PROMOTION)})
    yardstick = Yardstick.of(province)
    kinds = [one.form for one in yardstick.evidence if one.day.year == ON.year]
    measure = yardstick.measure(both, Scope.ALL, ON)
    assert measure.value.count == kinds.count(Form.MOBILE) + kinds.count(Form.PROMOTION)
    written = Activity("A9", date(2026, 6, 6), SiteId("TV1"), Form.PROMOTION, 7, "", "")
    told = dataclasses.replace(
        province.programme, activities=(*province.programme.activities, written)
    )
    twice = numbers(report(dataclasses.replace(province, programme=told), work))
    assert twice["forms.promotion.times"] == after["forms.promotion.times"]
    assert twice["forms.promotion.people"] == before["forms.promotion.people"] + 30 + 7


def test_what_is_estimated_says_so(yearly: ProgrammeReport) -> None:
    estimated = {cell.key for cell in yearly.cells if cell.is_estimated}
    assert {"trips.km_planned", "trips.cost", "courses.K1.cost"} <= estimated
    # Uses of B3 and B2 were told in one sum each: by category they are split by their books.
    assert "readers.uses.farming-adult-vi.now" in estimated
    assert not {"trips.km", "readers.uses.now", "money.Q1.spent", "staff.people"} & estimated


def test_who_has_not_reported_is_named(province: Province, work: PlannedWork) -> None:
    def missing(on: date) -> tuple[str, ...]:
        told = report(province, work, on=on)
        (cell,) = (one for one in told.cells if one.key == "reporting.unit.missing")
        return cell.about

    assert missing(date(2026, 12, 4)) == ("90002", "90003", "90004")
    assert missing(date(2026, 12, 5)) == ("90003", "90004")
    assert missing(ON) == ("90004",)


def test_a_unit_tells_of_its_own_sites_alone(province: Province, work: PlannedWork) -> None:
    commune, site = find_unit(province, "xã đèo mây"), find_unit(province, "TV2")
    assert (commune.key, site.key, site.name) == ("90003", "TV2", "Nhà văn hóa Đèo Mây")
    told, of_site = (numbers(report(province, work, "unit", unit=one)) for one in (commune, site))
    assert (told["forms.whole"], of_site["forms.whole"]) == (2, 1)
    assert (told["models.working.all"], of_site["models.working.all"]) == (1, 1)
    assert (told["staff.people"], told["partners.armed_forces.all"]) == (2, 1)
    assert told["books.brought.batches"] == 3  # B2 and B3 to TV2, B1 to TV3
    assert not any(key.startswith(("goals.", "money.", "trips.")) for key in told)
    with pytest.raises(InputError, match="a commune or a site"):
        find_unit(province, "Hà Nội")


def test_each_commune_has_the_numbers_of_its_own_report(
    province: Province, work: PlannedWork, yearly: ProgrammeReport
) -> None:
    (section,) = (one for one in yearly.sections if one.id == "communes")
    assert [str(line.name) for line in section.lines] == [
        one.full_name for one in province.communes
    ]
    for commune, line in zip(province.communes, section.lines, strict=True):
        own = report(province, work, "unit", unit=find_unit(province, commune.code))
        figures_of_own = {cell.key: cell.figure for cell in own.traced}
        for key, cell in zip(COMMUNE_COLUMNS, line.cells, strict=True):
            figure = figures_of_own.get(key, NONE)
            assert (cell.figure if isinstance(cell, Traced) else NONE) == figure
    told = {key: cell for key, cell in numbers(yearly).items() if key.startswith("communes.90002")}
    assert told["communes.90002.visits.made"] == 1
    assert told["communes.90002.forms.circulation.times"] == 3


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", (2026, 1, 1), (2026, 12, 31)),
        ("2026-H2", (2026, 7, 1), (2026, 12, 31)),
        ("2024-q1", (2024, 1, 1), (2024, 3, 31)),
        ("2024-02", (2024, 2, 1), (2024, 2, 29)),
    ],
)
def test_periods(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert parse_period(text).span == DateSpan(date(*first), date(*last))


@pytest.mark.parametrize("text", ["", "26", "2026-13", "2026-Q5", "2026-H3", "2026-1", "9999"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^" + text):
        parse_period(text)


def test_the_same_days_of_the_year_before() -> None:
    period = parse_period("2024")
    assert period.before(date(2024, 2, 29)) == DateSpan(date(2023, 1, 1), date(2023, 2, 28))
    assert period.until(date(2025, 3, 1)).last == date(2024, 12, 31)


def test_only_what_happened_until_the_day_counts(province: Province, work: PlannedWork) -> None:
    late = report(province, work, on=date(2027, 6, 30))
    assert late.on == date(2027, 6, 30)  # the paper's own day
    assert numbers(late) == numbers(report(province, work))
    told = report(province, work, on=date(2026, 4, 30))
    assert isinstance(told.cells[0], Traced)
    counted = numbers(told)
    assert (counted["forms.promotion.times"], counted["forms.online.times"]) == (2, 0)
    assert counted["money.Q1.spent"] == 0
    assert "visits.planned" not in counted
