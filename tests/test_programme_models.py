"""Models beside alike communes: planted weak and strong ones, fairness, what is proposed, told."""

import csv
import io
import json
import math
import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from program import run
from programme_folder import add_programme

from exports.model_review.review_csv import draw_review_table
from exports.model_review.review_page import draw_review_page
from exports.model_review.write import write_review
from programme.evidence import twelve_months
from programme.models.counted import Aspect, TallyBook
from programme.models.model_reasons import list_reasons, tell_sequel
from programme.models.rates import RateRatio, Spell, Tally, compare_rates
from programme.models.review import ReviewedModel, review_models
from programme.models.units import Surroundings, count_steps, list_units
from programme.models.weigh import Judgement, Scales, weigh_models
from province.agenda import Zone, ZoneRule
from province.dates import DateSpan
from province.facts import Province
from province.ids import BatchId, CategoryId, CommuneCode, EntryId, SiteId, TripId
from province.journal import EntryType, LedgerEntry
from province.places import SiteKind
from province.programme_facts import (
    Activity,
    Form,
    Gift,
    LibraryModel,
    ModelKind,
    Partner,
    PartnerKind,
    Remedy,
    RemedyKind,
    Staff,
)
from province.read import read_province
from province.shipped import find_shipped
from province.stock import Loans

ON = date(2026, 12, 31)
FARMING, TALES = CategoryId("farming-adult-vi"), CategoryId("tales-child-vi")
TALES_HMN = CategoryId("tales-child-hmn")
HOURS = "Mo-Fr 08:00-12:00"
NUM = 24


def key(number: int) -> str:
    """Return the id of the model of a commune; the communes are 91001, 91002 …"""
    return f"M{91001 + number}"


def site_of(number: int) -> SiteId:
    return SiteId(f"S{91001 + number}")


def make_district(small: Province, uses: Mapping[int, int]) -> Province:
    """Return 24 communes of one size at one place, each with a library and a model of 2024.

    Every library has one batch since 2025, is open 20 hours a week, lends 40 books a month (those
    in `uses` otherwise), counted each month of 2026, and held an activity with 50 people in May.
    """
    (commune,) = (one for one in small.communes if one.code == "90002")
    (site,) = (one for one in small.sites if one.site_id == "TV1")
    batch, chance = small.batches[0], random.Random(3)
    depots = tuple(one for one in small.sites if one.kind is SiteKind.DEPOT)
    numbers = range(NUM)
    days = [date(2026, month, 3) for month in range(1, 13)]
    return replace(
        small,
        communes=(
            *small.communes,
            *(
                replace(commune, code=CommuneCode(f"{91001 + k}"), name=f"Bản {k}") for k in numbers
            ),
        ),
        sites=(
            *depots,
            *(
                replace(
                    site, site_id=site_of(k), name=f"Thư viện {k}", hours=HOURS,
                    commune_code=CommuneCode(f"{91001 + k}"), enrolled_from=date(2025, 1, 1),
                    takes_rotation=True,
                )
                for k in numbers
            ),
        ),
        batches=tuple(replace(batch, batch_id=BatchId(f"B{k:02d}")) for k in numbers),
        journal=tuple(
            LedgerEntry(
                EntryId(f"E{k:02d}"), date(2025, 2, 1), EntryType.MOVED, BatchId(f"B{k:02d}"),
                depots[0].site_id, site_of(k), 70, 2, TripId(""), EntryId(""), "",
            )
            for k in numbers
        ),
        loans=tuple(
            Loans(site_of(k), day, FARMING, draw(chance, uses.get(k, 40)), 1.0)
            for k in numbers
            for day in days
        ),
        results=(),
        zones=(),
        programme=replace(
            small.programme,
            models=tuple(
                LibraryModel(
                    key(k), CommuneCode(f"{91001 + k}"), f"Mô hình {k}", ModelKind.SINGLE,
                    (site_of(k),), date(2024, 3, 1), None, "", (), "", "",
                )
                for k in numbers
            ),
            activities=tuple(
                Activity(f"A{k:02d}", date(2026, 5, 5), site_of(k), Form.PROMOTION, 50, "", "")
                for k in numbers
            ),
        ),
    )  # fmt: skip


def draw(chance: random.Random, mean: int) -> int:
    """Return a count that strays half as much again as Poisson's."""
    return max(0, round(chance.gauss(mean, 1.5 * math.sqrt(mean))))


@pytest.fixture(scope="module")
def district(small: Province) -> Province:
    """Library 0 lends a third of what is usual, library 1 three times as much."""
    return make_district(small, {0: 13, 1: 120})


def look(province: Province, number: int, on: date = ON) -> ReviewedModel:
    (one,) = (m for m in review_models(province, on) if m.weighed.unit.key == key(number))
    return one


def without_loans(province: Province, number: int) -> Province:
    return replace(
        province, loans=tuple(one for one in province.loans if one.site_id != site_of(number))
    )


# Rates: what is planted is found again.


def plant(seed: int) -> tuple[dict[str, Tally], dict[str, float]]:
    """Draw 60 libraries, most between 0.8 and 1.25 of what is usual, a tenth far less, a tenth far
    more; a third of them are tiny. Counts are Poisson's with a rate that strays from time to time.
    """
    chance = random.Random(seed)
    tallies, true = {}, {}
    for k in range(60):
        ratio = 0.35 if k < 6 else 2.5 if k < 12 else math.exp(chance.uniform(-0.22, 0.22))
        hours = 8.0 if k % 3 == 2 else 120.0
        spells = []
        for _ in range(chance.randint(3, 7)):
            mean = 0.2 * ratio * hours * chance.gammavariate(8, 1 / 8)
            spells.append(Spell(sum(chance.random() < mean / 400 for _ in range(400)), hours))
        tallies[f"{k:02d}"], true[f"{k:02d}"] = Tally(tuple(spells)), ratio
    return tallies, true


@pytest.fixture(scope="module")
def planted() -> list[tuple[dict[str, Tally], dict[str, float], dict[str, RateRatio]]]:
    found = []
    for seed in range(12):
        tallies, true = plant(seed)
        chance = random.Random(seed + 1000)
        alike = {one: tuple(chance.sample([k for k in tallies if k != one], 59)) for one in tallies}
        ratios = compare_rates(tallies, alike, most_alike=10, least_alike=5)
        found.append((tallies, true, ratios))
    return found


def test_what_is_planted_is_found_and_little_else(
    planted: list[tuple[dict[str, Tally], dict[str, float], dict[str, RateRatio]]],
) -> None:
    hit: defaultdict[str, int] = defaultdict(int)
    for tallies, true, ratios in planted:
        for one, ratio in ratios.items():
            is_large = tallies[one].spells[0].exposure > 100
            for name, is_called, is_true in (
                ("weak", ratio.chance_below(0.75) >= 0.9, true[one] == 0.35),
                ("strong", ratio.chance_above(1.33) >= 0.9, true[one] == 2.5),
            ):
                hit[f"{name} called"] += is_called
                hit[f"{name} called, is none"] += is_called and not is_true
                hit[f"{name}, large"] += is_true and is_large
                hit[f"{name}, large, called"] += is_true and is_large and is_called
    for name in ("weak", "strong"):
        assert hit[f"{name}, large, called"] >= 0.85 * hit[f"{name}, large"], dict(hit)
        assert hit[f"{name} called, is none"] <= 0.12 * hit[f"{name} called"], dict(hit)


def test_tiny_libraries_are_not_called_weak_by_chance(
    planted: list[tuple[dict[str, Tally], dict[str, float], dict[str, RateRatio]]],
) -> None:
    """Of tiny libraries that are as good as others, bare quotients would call many weak."""
    bare = drawn = 0
    for tallies, true, ratios in planted:
        for one, ratio in ratios.items():
            if tallies[one].exposure < 100 and 0.75 < true[one] < 1.33:
                bare += ratio.rate / ratio.alike_rate < 0.75
                drawn += ratio.chance_below(0.75) >= 0.9
    assert bare >= 30
    assert drawn <= bare / 15


def test_eight_in_ten_ratios_lie_in_their_limits(
    planted: list[tuple[dict[str, Tally], dict[str, float], dict[str, RateRatio]]],
) -> None:
    inside = []
    for _, true, ratios in planted:
        for one, ratio in ratios.items():
            usual = sum(sorted(true[k] for k in ratio.alike)[2:-2]) / 6
            inside.append(ratio.low <= true[one] / usual <= ratio.high)
    assert 0.72 <= sum(inside) / len(inside) <= 0.93


def test_a_ratio_needs_enough_alike_communes_and_a_count_of_its_own() -> None:
    tallies = {k: Tally((Spell(8, 40), Spell(12, 40))) for k in "abcdef"} | {"g": Tally()}
    alike = {k: tuple(j for j in tallies if j != k) for k in tallies}
    ratios = compare_rates(tallies, alike, most_alike=10, least_alike=5)
    assert sorted(ratios) == list("abcdef")
    assert ratios["a"].alike == ("b", "c", "d", "e", "f")
    assert ratios["a"].ratio == pytest.approx(1.0)
    assert ratios["a"].rate == ratios["a"].alike_rate == 0.25
    assert compare_rates(tallies, alike, most_alike=10, least_alike=6) == {}


# Who is alike.


def test_steps_between_communes_are_counted_by_hand() -> None:
    here = Surroundings(4000, 60.0, is_border=False, is_ward=False, reads_other=False)
    there = Surroundings(8000, 150.0, is_border=True, is_ward=False, reads_other=True)
    # Twice the people: 1; 90 minutes of 60: 1.5; border: 1; language: 1.
    expected = math.sqrt(1 + 2.25 + 1 + 1)
    assert count_steps(here, there, step_min=60) == pytest.approx(expected)
    assert count_steps(here, here, step_min=60) == 0
    lost = replace(here, minutes=math.inf)
    assert count_steps(here, lost, step_min=60) == 3
    assert count_steps(lost, lost, step_min=60) == 0


def test_a_large_town_is_not_compared_with_villages(district: Province) -> None:
    town = replace(
        district,
        sites=tuple(
            replace(one, population=100 * one.population) if one.site_id == site_of(0) else one
            for one in district.sites
        ),
    )
    weighed = look(town, 0).weighed
    assert weighed.alike == ()
    assert weighed.judgement is Judgement.OPEN
    assert all(key(0) not in one.alike for one in weigh_models(Scales.of(town, ON), ON))


# What is said.


def test_planted_models_are_found_in_a_province(district: Province) -> None:
    said = {one.weighed.unit.key: one.judgement for one in review_models(district, ON)}
    assert said.pop(key(0)) is Judgement.HELP
    assert said.pop(key(1)) is Judgement.SPREAD
    assert set(said.values()) == {Judgement.SOUND}


def test_uses_in_an_open_hour_are_counted_by_hand(small: Province) -> None:
    """One count on 1 July 2026 of one month (30 days from 1 June): 22 days of 4 hours, 44 uses."""
    province = make_district(small, {})
    loan = Loans(site_of(0), date(2026, 7, 1), FARMING, 44, 1.0)
    province = replace(province, loans=(loan, replace(loan, category_id=TALES, uses=22)))
    (unit,) = (one for one in list_units(province, ON) if one.key == key(0))
    tally = TallyBook(province).tally(Aspect.USE, unit, twelve_months(ON))
    assert (tally.amount, tally.exposure) == (66, 88)
    assert [str(row) for row in tally.rows] == ["loans.csv S91001 2026-06-30"]
    # 70 books over 30 days; of a span that ends on 15 June, half of the uses and 11 days count.
    books = TallyBook(province).tally(Aspect.TURNOVER, unit, twelve_months(ON))
    assert books.exposure == pytest.approx(70 * 30 * 12 / 365.25)
    half = DateSpan(date(2026, 1, 1), date(2026, 6, 15))
    tally = TallyBook(province).tally(Aspect.USE, unit, half)
    assert (tally.amount, tally.exposure) == (33, 44)


def test_uses_of_son_la_are_counted_again_by_other_code() -> None:
    folder = find_shipped("son-la")
    province = read_province(folder)
    span = twelve_months(ON)
    uses: defaultdict[str, float] = defaultdict(float)
    with (folder / "loans.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            length = round(float(row["months"]) * 365.25 / 12)
            last = date.fromisoformat(row["date"])
            days = [last - timedelta(days=k) for k in range(1, length + 1)]
            uses[row["site_id"]] += int(row["uses"]) * sum(d in span for d in days) / length
    book = TallyBook(province)
    counted = 0
    for unit in list_units(province, ON):
        tally = book.tally(Aspect.USE, unit, span)
        expected = sum(uses[site.site_id] for site in unit.sites)
        counted += tally.amount > 0
        # Categories counted over unlike spells on one day are one count: a few uses differ.
        assert tally.amount == pytest.approx(expected, rel=0.03, abs=1.5)
    assert counted >= 30


# Fairness: what the provincial library owed speaks against nobody.


def test_a_library_that_no_bus_reached_is_not_called_weak(district: Province) -> None:
    """It never had a batch nor a session, and held no activity: all of it is ours to mend."""
    journal = tuple(one for one in district.journal if one.to_site != site_of(0))
    province = replace(
        without_loans(district, 0),
        journal=journal,
        programme=replace(
            district.programme,
            activities=tuple(
                one for one in district.programme.activities if one.site_id != site_of(0)
            ),
        ),
    )
    one = look(province, 0)
    assert one.judgement is Judgement.OWED
    assert one.weighed.low == ()
    assert [own.kind for own in one.suggestions] == [RemedyKind.VISITS]
    assert "stood there on 0 of 365 days" in str(one.suggestions[0].text)


def test_books_that_left_early_are_ours_even_if_few_were_lent(district: Province) -> None:
    """The batch left on 20 April; until then a third of the usual was lent."""
    entry = LedgerEntry(
        EntryId("E99"), date(2026, 4, 20), EntryType.MOVED, BatchId("B00"), site_of(0),
        SiteId("KHO"), 70, 2, TripId(""), EntryId(""), "",
    )  # fmt: skip
    loans = [
        one for one in district.loans if one.site_id != site_of(0) or one.day < date(2026, 4, 20)
    ]
    province = replace(district, journal=(*district.journal, entry), loans=tuple(loans))
    assert look(province, 0).judgement is Judgement.OWED


def test_few_books_well_read_are_no_weakness(small: Province) -> None:
    """A third of the uses from a third of the books: each is read as often as elsewhere."""
    province = make_district(small, {0: 13})
    batches = tuple(
        replace(one, books=24, books_by_category=((FARMING, 24),)) if one.batch_id == "B00" else one
        for one in province.batches
    )
    one = look(replace(province, batches=batches), 0)
    assert one.judgement is Judgement.OWED
    assert one.weighed.lacks_books
    assert "bring more books" in str(one.suggestions[0].text)


def test_a_new_model_is_neither_weak_nor_commended(district: Province) -> None:
    models = [
        replace(one, established=date(2026, 1, 15)) if one.model_id in (key(0), key(1)) else one
        for one in district.programme.models
    ]
    young = replace(district, programme=replace(district.programme, models=tuple(models)))
    assert [look(young, k).judgement for k in (0, 1)] == [Judgement.NEW, Judgement.NEW]
    # In the month after its grace nothing was counted yet that speaks against it.
    assert look(young, 0, date(2027, 2, 28)).judgement is Judgement.OPEN


def test_what_nobody_counted_is_unknown_not_none(district: Province) -> None:
    one = look(without_loans(district, 0), 0)
    assert one.judgement is Judgement.OPEN
    reasons = [str(text) for text in list_reasons(district, one)]
    assert "uses in 100 open hours: counted over 0 days only, 90 are needed" in reasons


def test_days_of_a_lockdown_do_not_count(district: Province) -> None:
    """Locked from February to June, when nothing was lent: as good as elsewhere."""
    span = DateSpan(date(2026, 2, 1), date(2026, 6, 30))
    loans = [
        replace(one, uses={3: 0, 4: 0, 5: 0, 6: 0, 7: 3}.get(one.day.month, 40))
        if one.site_id == site_of(0)
        else one
        for one in district.loans
    ]
    unlocked = replace(district, loans=tuple(loans))
    zone = Zone("Z1", CommuneCode("91001"), span, ZoneRule.GATE_DROP, "")
    locked = look(replace(unlocked, zones=(zone,)), 0)
    assert locked.judgement is Judgement.SOUND
    assert locked.weighed.find(Aspect.USE).ratio.ratio > 0.9  # type: ignore[union-attr]
    assert look(unlocked, 0).weighed.find(Aspect.USE).ratio.ratio < 0.8  # type: ignore[union-attr]


def test_criteria_are_asked_of_those_who_are_commended(district: Province) -> None:
    targets = district.settings.targets.model_copy(update={"points_needed": 1})
    settings = district.settings.model_copy(update={"targets": targets})
    one = look(replace(district, settings=settings), 1)
    assert one.judgement is Judgement.SOUND
    assert [own.kind for own in one.suggestions] == [RemedyKind.CRITERION]


def test_a_private_library_that_serves_the_community_counts(district: Province) -> None:
    """The same strong library without a model, private: it is there, and commended."""
    sites = tuple(
        replace(one, kind=SiteKind.PRIVATE_LIBRARY) if one.site_id == site_of(1) else one
        for one in district.sites
    )
    models = tuple(one for one in district.programme.models if one.model_id != key(1))
    province = replace(district, sites=sites, programme=replace(district.programme, models=models))
    (one,) = (m for m in review_models(province, ON) if m.weighed.unit.key == site_of(1))
    assert one.weighed.unit.is_private
    assert one.is_commended


# What is proposed.


def change_programme(province: Province, **tables: object) -> Province:
    return replace(province, programme=replace(province.programme, **tables))  # type: ignore[arg-type]


def test_what_is_proposed_follows_from_the_tables(district: Province) -> None:
    school = replace(
        district.site_by_id[site_of(0)], site_id=SiteId("TR1"), name="Trường Bản 0",
        kind=SiteKind.SCHOOL, students=300, lat=21.31,
    )  # fmt: skip
    partners = (
        Partner("P1", "Biên phòng", PartnerKind.ARMED_FORCES, (Gift.PEOPLE, Gift.ROOM),
                CommuneCode("91001"), None, None, "", ""),
        Partner("P2", "Đã hết hạn", PartnerKind.DONOR, (Gift.BOOKS,), None, None,
                date(2026, 6, 30), "", ""),
        Partner("P3", "Xã khác", PartnerKind.DONOR, (Gift.BOOKS,), CommuneCode("91002"), None,
                None, "", ""),
    )  # fmt: skip
    staff = (Staff("N1", site_of(0), 1, None, None, 0, None, None, ""),)
    province = change_programme(
        replace(district, sites=(*district.sites, school)), partners=partners, staff=staff
    )
    # Elsewhere they open on Sundays as well, and have tales, which are read more.
    province = replace(
        province,
        sites=tuple(
            one if one.site_id == site_of(0) or not one.is_served
            else replace(one, hours=f"{HOURS}; Su 08:00-10:00")
            for one in province.sites
        ),
        batches=tuple(
            replace(one, books_by_category=((FARMING, 70),)) if one.batch_id == "B00"
            else replace(one, books_by_category=((FARMING, 50), (TALES, 20)))
            for one in province.batches
        ),
        loans=tuple(
            replace(one, category_id=TALES) if one.site_id != site_of(0) and one.day.month % 2
            else one
            for one in province.loans
        ),
    )  # fmt: skip
    one = look(province, 0)
    assert one.judgement is Judgement.HELP
    told = [(own.kind.value, str(own.text)) for own in one.suggestions]
    assert told == [
        ("combine", "combine it with Trường Bản 0, 1.1 km away, 300 people or pupils"),
        ("hours", "open in an evening or at a weekend: now never, 10 of 10 alike communes do"),
        ("books", "send more of Truyện, thiếu nhi, tiếng Việt: 0 % of the books here, 29 % in "
                  "alike communes, where it is read much"),
        ("partner", "ask Biên phòng, who gives helpers, a room"),
        ("training", "train who works there: no course is planned"),
    ]  # fmt: skip


def test_sound_models_are_left_alone(district: Province) -> None:
    models = review_models(district, ON)
    assert all(not one.suggestions for one in models if one.judgement is Judgement.SOUND)


# What became of what was decided.


def follow(province: Province, *remedies: Remedy) -> list[str]:
    one = look(change_programme(province, remedies=remedies), 0)
    return [str(tell_sequel(own)) for own in one.sequels]


def test_what_became_of_a_remedy_is_told_against_alike_communes(small: Province) -> None:
    """A third of the usual until June, the usual since; the usual itself doubles in July."""
    province = make_district(small, {0: 13})
    loans = tuple(
        replace(one, uses=one.uses * (6 if one.site_id == site_of(0) else 2))
        if one.day > date(2026, 7, 3) else one
        for one in province.loans
    )  # fmt: skip
    better = replace(province, loans=loans)
    remedy = Remedy(
        "G1", key(0), date(2026, 6, 1), RemedyKind.HOURS, "Mở cửa buổi tối", date(2026, 7, 1), ""
    )
    (told,) = follow(better, remedy)
    assert told.startswith("2026-06-01: Mở cửa buổi tối: carried out on 2026-07-01; uses in 100")
    assert "since: better, 9" in told
    # The same with no change but what all have: not better.
    same = replace(
        province,
        loans=tuple(
            replace(one, uses=one.uses * 2) if one.day > date(2026, 7, 3) else one
            for one in province.loans
        ),
    )
    (told,) = follow(same, remedy)
    assert "may be chance" in told


def test_what_is_not_carried_out_or_too_young_is_said(district: Province) -> None:
    late = Remedy("G1", key(0), date(2026, 6, 1), RemedyKind.BOOKS, "Sách", date(2026, 12, 1), "")
    undone = replace(late, remedy_id="G2", done_date=None)
    other = replace(late, remedy_id="G3", model_id=key(5))
    later = replace(late, remedy_id="G4", day=date(2027, 1, 1))
    assert follow(district, late, undone, other, later) == [
        "2026-06-01: Sách: carried out on 2026-12-01; too little was counted before or since to "
        "tell",
        "2026-06-01: Sách: not carried out yet",
    ]


# Page, table, command.


def test_page_and_table_are_whole_and_harmless(district: Province, tmp_path: Path) -> None:
    models = tuple(
        replace(one, name="<script>alert(1)</script>") if one.model_id == key(0)
        else replace(one, name="=1+1") if one.model_id == key(1) else one
        for one in district.programme.models
    )  # fmt: skip
    reviewed = review_models(change_programme(district, models=models), ON)
    page = draw_review_page(reviewed, district, ON, "vi").decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    table = draw_review_table(reviewed, district, "en").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {row["name"] for row in rows if row["model_id"] == key(1)} == {"'=1+1"}
    uses = [row for row in rows if (row["part"], row["kind"]) == ("aspect", "use")]
    assert len(uses) == NUM
    assert all(float(row["low"]) < float(row["ratio"]) < float(row["high"]) for row in uses)
    assert all("loans.csv" in row["rows"] for row in uses)
    # Within what is said, models stand by their ids, not by their figures.
    for said in {row["said"] for row in uses}:
        ids = [row["model_id"] for row in uses if row["said"] == said]
        assert ids == sorted(ids)
    paths = write_review(reviewed, district, ON, tmp_path / "x", language="en", overwrite=False)
    assert [path.name for path in paths] == ["model-review.html", "model-review.csv"]
    assert paths[1].read_bytes() == draw_review_table(reviewed, district, "en")


def test_the_command_tells_and_writes_once(small_folder: Path, tmp_path: Path) -> None:
    folder, out = str(add_programme(small_folder)), str(tmp_path / "kết quả")
    line = ["models", folder, "--on", "2026-12-31", "--out", out, "--lang", "en"]
    answer = run(*line)
    assert answer.returncode == 0, answer.stderr
    assert "Mô hình Bản Mận" in answer.stdout
    assert "in its first months" in answer.stdout
    assert "2 files in" in answer.stdout
    again = run(*line)
    assert again.returncode == 3
    assert "--force" in again.stderr
    told = json.loads(run("models", folder, "--on", "2026-12-31", "--json").stdout)
    assert [(one["key"], one["judgement"]) for one in told] == [("M1", "owed"), ("M2", "new")]
    assert "fewer than 5 alike communes were counted" in str(told[0]["reasons"])
    nobody = run("models", folder, "--on", "2024-12-31", "--lang", "en")
    assert "no library model is at work on 2024-12-31" in nobody.stdout
