"""The shipped folder of Sēlija: made again byte for byte, free of faults, true to its facts."""

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook
from plan_fixture import make_plan

from exports.papers import summary
from exports.tables import trip_expenses_csv, unserved_csv
from exports.workbook import workbook
from planning.fixes.levers import Question
from planning.fixes.limits import pull_limits
from planning.past.trip_charges import charge_month
from planning.plan import Plan
from programme.money import list_balances
from province.agenda import EntryKind
from province.dates import DateSpan, Month
from province.days import list_holidays, occurrences
from province.facts import Province
from province.ids import TripId
from province.places import SiteKind
from province.programme_facts import Fund
from province.read import read_province
from province.read.folder import read_with_findings
from province.shipped import find_shipped, list_examples
from routing.trips import Trip
from tools.build_selija import build

FOLDER = find_shipped("selija")
FACTS = Path(__file__).parent.parent / "data" / "facts"
MAY = Month(2024, 5)
YEAR = DateSpan(date(2024, 1, 1), date(2024, 12, 31))
LAST_WEDNESDAYS = [date(2024, 1, 31), date(2024, 2, 28), date(2024, 3, 27), date(2024, 4, 24)]
ILGAS = [date(2024, 3, 1), date(2024, 3, 2), date(2024, 3, 3)]


@pytest.fixture(scope="module")
def selija() -> Province:
    return read_province(FOLDER)


@pytest.fixture(scope="module")
def plan(selija: Province) -> Plan:
    """A plan of May of five sites, its trips on the first days of the month."""
    made = make_plan(selija, num_sites=6)
    trips = tuple(_move(trip, 2 + 2 * number) for number, trip in enumerate(made.trips.trips))
    return replace(made, month=MAY, trips=replace(made.trips, trips=trips))


def _move(trip: Trip, day: int) -> Trip:
    """Return a trip that sets out on a day of May instead."""
    later = date(2024, 5, day) - trip.first_day
    return replace(
        trip,
        first_day=trip.first_day + later,
        last_day=trip.last_day + later,
        stops=tuple(replace(stop, day=stop.day + later) for stop in trip.stops),
        nights=tuple(replace(night, day=night.day + later) for night in trip.nights),
    )


@cache
def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_folder_is_made_again_byte_for_byte(tmp_path: Path) -> None:
    build(tmp_path)
    shipped = sorted(path.name for path in FOLDER.iterdir() if path.is_file())
    assert shipped == sorted(path.name for path in (tmp_path / "selija").iterdir())
    for name in shipped:
        assert (tmp_path / "selija" / name).read_bytes() == (FOLDER / name).read_bytes(), name
    assert "selija" in list_examples()


def test_check_finds_nothing(selija: Province) -> None:
    _, findings = read_with_findings(FOLDER)
    assert [str(one) for one in findings.items] == []
    us = selija.settings.province
    assert (us.language, us.currency, us.timezone) == ("lv", "EUR", "Europe/Riga")
    assert date(2024, 5, 6) in list_holidays(us.country, 2024)  # 4 May was a Saturday


def test_three_municipalities_have_the_published_number_of_libraries() -> None:
    published = {row["territorial_unit"]: int(row["2024"])
                 for row in table(FACTS / "selija_library_counts_2024.csv")}  # fmt: skip
    rows = [row for row in table(FOLDER / "libraries.csv") if row["kind"] == "commune_library"]
    counted = Counter(row["commune_code"][:2] for row in rows)
    assert counted == {
        "AI": published["Aizkraukles novads"], "JE": published["Jēkabpils novads"],
        "AU": published["Augšdaugavas novads"],
    }  # fmt: skip
    notes = {row["name"]: row["note"] for row in rows}
    for fact in table(FACTS / "selija_libraries.csv"):
        if fact["loans"]:
            assert f"izsniegumi {fact['loans']} ({fact['source']})" in notes[fact["library"]]


def test_the_days_of_the_project_stand_in_courses_and_calendar(selija: Province) -> None:
    courses = {one.course_id: one for one in selija.programme.courses}
    assert list(occurrences(courses["SS-TIESS"], YEAR)) == LAST_WEDNESDAYS
    assert courses["SS-TIESS"].is_online
    assert list(occurrences(courses["SS-ILGAS"], YEAR)) == ILGAS
    assert selija.site_by_id[courses["SS-ILGAS"].site_id].name == "Ilgas muiža"
    entries = {one.entry_id: one for one in selija.calendar}
    assert list(occurrences(entries["SS-TIESS"], YEAR)) == LAST_WEDNESDAYS
    assert list(occurrences(entries["SS-ILGAS"], YEAR)) == ILGAS
    (forum,) = [one for one in selija.calendar if one.kind is EntryKind.EVENT]
    assert [day.month for day in occurrences(forum, YEAR)] == [9]


def test_a_poster_goes_to_every_library_after_the_training(selija: Province) -> None:
    libraries = [s.site_id for s in selija.sites if s.kind is SiteKind.COMMUNE_LIBRARY]
    posters = [kit for kit in selija.kits if kit.kit_id.startswith("PL-")]
    assert sorted(kit.site_id for kit in posters) == sorted(libraries)
    assert all(kit.ready_date > LAST_WEDNESDAYS[-1] for kit in posters)
    assert {Month.of(kit.due_date) for kit in posters} == {MAY}
    centres = {s.site_id for s in selija.sites if s.kind is SiteKind.CLIENT_CENTRE}
    bulletins = Counter(Month.of(k.due_date) for k in selija.kits if k.site_id in centres)
    assert bulletins == {Month(2024, number): len(centres) for number in range(5, 11)}


def test_the_project_spends_no_more_than_it_has_nor_later(selija: Province) -> None:
    (balance,) = list_balances(selija, date(2024, 12, 31))
    assert (balance.fund.amount, balance.currency) == (11_000, "EUR")
    assert (balance.fund.from_date, balance.fund.until) == (date(2024, 1, 1), date(2024, 10, 31))
    assert balance.left.value == pytest.approx(11_000 - 5431.90)  # nine rows, added up by hand
    assert all(one.day <= balance.fund.until for one in selija.programme.expenses)


def test_trips_are_charged_within_the_money_and_the_days(selija: Province, plan: Plan) -> None:
    """11,000.00 less 5,431.90 spent and 2,480.00 for the forum leave 3,088.10 for trips."""
    first = plan.trips.trips[0]
    prices = (200_000, 100_000, 9_000, 8_810, 1)  # in cents: the third is 190 too many

    def at(number: int, price: int) -> Trip:
        moved = _move(first, 2 + 2 * number)
        return replace(moved, trip_id=TripId(f"T{number}"), cost_vnd=price)

    trips = tuple(at(number, price) for number, price in enumerate(prices))
    charged = charge_month(replace(plan, trips=replace(plan.trips, trips=trips)), selija)
    assert [one.fund_id for one in charged.trips] == ["SS2024", "SS2024", None, "SS2024", None]
    (use,) = charged.funds
    assert (use.paid_vnd, use.num_trips, use.left_vnd) == (308_810, 3, 0)


@pytest.mark.parametrize(
    ("until", "payers"),
    [(date(2024, 5, 31), {"F"}), (date(2024, 5, 2), {None}), (date(2024, 4, 30), set())],
)
def test_no_fund_pays_after_its_last_day(
    selija: Province, plan: Plan, until: date, payers: set[str | None]
) -> None:
    """Trips of two days from 2 May: a fund that ends that day pays none of them."""
    fund = Fund("F", "F", 1_000_000.0, "", date(2024, 1, 1), until, "", (), "", "")
    programme = replace(selija.programme, funds=(fund,), expenses=(), courses=())
    charged = charge_month(plan, replace(selija, programme=programme))
    assert {one.fund_id for one in charged.trips} == payers


def test_what_expenses_have_already_is_not_charged_again(selija: Province, plan: Plan) -> None:
    known = plan.trips.trips[0].trip_id
    paid = replace(selija.programme.expenses[0], expense_id=known)
    programme = replace(selija.programme, expenses=(paid,))
    charged = charge_month(plan, replace(selija, programme=programme))
    assert known not in {one.trip_id for one in charged.trips}


def test_documents_tell_euros_and_cents_in_latvian(selija: Province, plan: Plan) -> None:
    totals = replace(plan.totals, cost_vnd=123_456)  # 1,234.56 euros
    unserved = tuple(replace(one, fix_cost_vnd=705) for one in plan.trips.unserved)
    told = replace(plan, totals=totals, trips=replace(plan.trips, unserved=unserved))
    ((_, page),) = summary.draw(told, selija, "lv")
    text = unescape(page.decode("utf-8")).replace("\xa0", " ")
    assert "2024. gada maijs" in text
    assert "Mēnesis izmaksā 1 234,56 EUR" in text
    assert "Projekts „Sēlijas salas” sedz" in text
    assert "31.10.2024." in text
    ((_, book),) = workbook.draw(told, selija, "lv")
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    costs = {row[0].value: (row[1].value, row[1].number_format) for row in sheet.iter_rows()}
    assert costs["Izmaksas, EUR"] == (1234.56, "#,##0.00")
    ((_, rows),) = unserved_csv.draw(told, selija, "lv")
    assert b",7.05" in rows
    ((_, rows),) = trip_expenses_csv.draw(told, selija, "lv")
    charged = list(csv.DictReader(rows.decode("utf-8-sig").splitlines()))
    cents = {row["expense_id"]: round(float(row["amount"]) * 100) for row in charged}
    assert cents == {trip.trip_id: trip.cost_vnd for trip in told.trips.trips}
    assert all(row["amount"][-3] == "." for row in charged)


def test_no_remedy_goes_beyond_the_law_of_the_folder(selija: Province, plan: Plan) -> None:
    """540 minutes of driving here: no longer day is proposed; where the law gives 600, one is."""
    visit = plan.visits[0]

    def ask(by_law_min: int) -> set[str]:
        trips = selija.settings.trips.model_copy(update={"driving_by_law_min": by_law_min})
        facts = replace(selija, settings=selija.settings.model_copy(update={"trips": trips}))
        finished = SimpleNamespace(survey=SimpleNamespace(province=facts), trips=plan.trips)
        return {lever.loosest.column for lever in pull_limits(Question(finished, visit))}

    assert "driving_max_day_min" not in ask(selija.settings.trips.driving_by_law_min)
    assert "driving_max_day_min" in ask(600)


def test_units_are_named_as_people_say_them(selija: Province, small: Province) -> None:
    names = {commune.code: commune.full_name for commune in selija.communes}
    assert (names["JE17"], names["JE01"]) == ("Rites pagasts", "Jēkabpils pilsēta")
    kind, name = small.communes[0].kind, small.communes[0].name
    assert small.communes[0].full_name == f"{kind} {name}"
