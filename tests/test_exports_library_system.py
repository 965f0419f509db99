"""What a library system is told: Koha's own rules, written anew, do with it what was planned."""

import csv
import dataclasses
import io
import shutil
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import SMALL
from koha_rules import Item, Koha, OnRota
from plan_fixture import make_plan
from recording import record
from system_folder import BRANCHES, add_library_system, name_copy

import cli
from exports.library_system.holdings import make_holdings
from exports.library_system.system_files import MOST_AT_ONCE, draw
from exports.tables import due_dates_csv
from planning.copies import locate_copies
from planning.plan import Plan
from planning.plan_facts import digest_planned
from planning.plan_file import dump_plan
from province.dates import Month
from province.errors import InputError
from province.facts import Province, digest_facts
from province.findings import Findings
from province.ids import BatchId, SiteId
from province.marc.read import read_marc
from province.read import read_province
from province.visits import Movement

Files = dict[str, bytes]

MOVES = (
    ("B3", "TV1", "TV2", 1),
    ("B2", "TV2", "KHO", 1),
    ("B2", "KHO", "TV4", 15),
    ("B1", "TV3", "KHO", 10),
    ("B1", "KHO", "TV1", 10),
    ("B5", "KHO", "TV3", None),
)
"""Batch, from, to, day of December; B1 passes the depot, no trip brings B5."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("hệ thống") / "Mường Nhỏ"
    return add_library_system(Path(shutil.copytree(SMALL, place)))


@pytest.fixture(scope="module")
def province(folder: Path) -> Province:
    return read_province(folder)


@pytest.fixture(scope="module")
def plan(province: Province) -> Plan:
    plan = make_plan(province)
    pattern = plan.deliveries[0]
    deliveries = tuple(
        dataclasses.replace(
            pattern, batch_id=BatchId(batch), from_site=SiteId(start), to_site=SiteId(end),
            day=date(2026, 12, day) if day else None,
        )
        for batch, start, end, day in MOVES
    )  # fmt: skip
    later = Movement(BatchId("B3"), Month(2027, 2), SiteId("TV2"), SiteId("TV3"))
    rotation = dataclasses.replace(plan.rotation, movements=(later,))
    return dataclasses.replace(plan, deliveries=deliveries, rotation=rotation)


@pytest.fixture(scope="module")
def files(plan: Plan, province: Province) -> Files:
    return dict(draw(plan, province, "vi"))


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def transfers(files: Files) -> list[dict[str, str]]:
    return rows(files["library-system/transfers.csv"])


def fill_koha(province: Province) -> Koha:
    """Return a catalogue that has each copy where the ledger has it, and calls that its home."""
    places = locate_copies(province)
    return Koha({code: Item(BRANCHES[at], BRANCHES[at]) for code, at in places.items()})


def list_lists(files: Files) -> list[tuple[date, str, bytes]]:
    """Return day, code and content of each list of barcodes, in the order of their names."""
    names = sorted(name for name in files if name.endswith(".txt"))
    parts = [name.removeprefix("library-system/").removesuffix(".txt") for name in names]
    return [
        (date.fromisoformat(part[:10]), part.split("-")[4], files[name])
        for part, name in zip(parts, names, strict=True)
    ]


def test_every_copy_of_a_carried_batch_is_in_the_transfers(files: Files) -> None:
    found = Counter((r["batch_id"], r["from_branch"], r["to_branch"], r["date"])
                    for r in transfers(files))  # fmt: skip
    assert found == {
        (batch, BRANCHES[start], BRANCHES[end], f"2026-12-{day:02}"): 70
        for batch, start, end, day in MOVES
        if day
    }


def test_lists_of_barcodes_are_read_whole_and_nothing_is_sent_home(
    files: Files, province: Province
) -> None:
    koha = fill_koha(province)
    for day, branch, data in list_lists(files):
        assert not data.startswith(b"\xef\xbb\xbf")
        codes, strange = koha.read_barcodes(data)
        assert codes
        assert not strange
        noon = datetime.combine(day, time(12))
        untold = fill_koha(province)
        assert untold.check_in(codes[0], branch, noon) not in ("", branch)  # what we must prevent
        koha.modify_batch(data, home=branch, holding=branch)
        assert [koha.check_in(code, branch, noon) for code in codes] == [""] * len(codes)
    last = {row["barcode"]: row["to_branch"] for row in transfers(files)}
    assert {code: koha.items[code].holding for code in last} == last
    assert all(row["home_branch"] == row["to_branch"] for row in transfers(files))


def test_the_nightly_job_of_stock_rotation_sends_what_trips_bring_on_the_same_days(
    files: Files, province: Province
) -> None:
    """A rota a batch, typed in from `rotas.csv` on 20 November; copies are checked in at noon.

    The first stage lasts from the night in which the job meets its copies: the page says how long.
    """
    koha = fill_koha(province)
    stages: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows(files["library-system/rotas.csv"]):
        stages[row["rota"]].append(row)
    assert {rota: [r["stage"] for r in own] for rota, own in stages.items()} == {
        "B1": ["1", "2"], "B2": ["1", "2", "3"], "B3": ["1", "2", "3"]
    }  # fmt: skip
    typed = date(2026, 11, 20)
    for copy in province.copies:
        if own := stages.get(copy.batch_id):
            assert own[0]["duration"] == ""
            first = (date.fromisoformat(own[1]["from_date"]) - typed).days - 2
            days = [first, *(int(row["duration"]) for row in own[1:])]
            koha.rotas[copy.barcode] = OnRota(
                [(row["branch"], many) for row, many in zip(own, days, strict=True)]
            )
    brought = defaultdict(list)
    for row in transfers(files):
        if row["stage"]:
            brought[row["date"]].append(row)
    for day in (typed + timedelta(days=n) for n in range(1, 41)):
        koha.rotate(datetime.combine(day, time(0, 10)))
        for row in brought[str(day)]:
            assert koha.items[row["barcode"]].sent_to == row["to_branch"], row
            noon = datetime.combine(day, time(12))
            assert koha.check_in(row["barcode"], row["to_branch"], noon) == ""
    assert koha.repatriated == []
    assert len(koha.sent) == sum(map(len, brought.values())) == 280
    late = [r for r in rows(files["library-system/rotas.csv"]) if r["from_date"] > "2027"]
    assert [(r["rota"], r["branch"], r["from_date"]) for r in late] == [
        ("B3", "NGOC", "2027-02-01")
    ]


def test_long_lists_are_cut_to_what_is_modified_at_once(plan: Plan, province: Province) -> None:
    one = province.copies[0]
    many = tuple(dataclasses.replace(one, barcode=f"X{n:05}", batch_id="B3") for n in range(2500))
    more = dataclasses.replace(province, copies=(*province.copies, *many))
    lists = [data for _, branch, data in list_lists(dict(draw(plan, more, "vi")))
             if branch == "MAY"]  # fmt: skip
    counts = sorted(data.count(b"\n") for data in lists)
    assert counts == [572, MOST_AT_ONCE, MOST_AT_ONCE]


def test_everything_that_the_system_does_not_know_comes_in_one_answer(
    plan: Plan, province: Province
) -> None:
    sites = tuple(
        dataclasses.replace(site, branch="" if site.site_id in ("TV1", "TV2") else site.branch)
        for site in province.sites
    )
    copies = tuple(copy for copy in province.copies if copy.batch_id != "B2")
    poor = dataclasses.replace(province, sites=sites, copies=copies)
    with pytest.raises(InputError) as caught:
        list(draw(plan, poor, "vi"))
    told = [(one.file, one.row, one.column, one.value) for one in caught.value.findings]
    assert told == [
        ("batch_copies.csv", None, "batch_id", "B2"),
        ("libraries.csv", 3, "branch", "TV1"),
        ("libraries.csv", 4, "branch", "TV2"),
    ]
    with pytest.raises(InputError) as caught:
        list(draw(plan, dataclasses.replace(province, copies=()), "vi"))
    assert [one.file for one in caught.value.findings] == ["batch_copies.csv"]


def test_the_command_writes_all_or_nothing(folder: Path, plan: Plan, tmp_path: Path) -> None:
    place = folder / "plans" / "2026-12"
    place.mkdir(parents=True)
    (place / "plan.json").write_bytes(dump_plan(plan))
    words = ["--lang", "vi", "export", str(folder), "--only", "library-system", "--out"]
    answer = CliRunner().invoke(cli.command, [*words, str(tmp_path / "ra")])
    assert answer.exit_code == 0, answer.output
    written = sorted(path.name for path in (tmp_path / "ra" / "library-system").iterdir())
    assert written[:3] == ["2026-12-01-1-CPL.txt", "2026-12-01-1-MAY.txt", "2026-12-10-1-CPL.txt"]
    assert written[-2:] == ["rotas.csv", "transfers.csv"]
    (folder / "batch_copies.csv").rename(folder / "kept")
    refused = CliRunner().invoke(cli.command, [*words, str(tmp_path / "không")])
    (folder / "kept").rename(folder / "batch_copies.csv")
    assert isinstance(refused.exception, InputError)
    assert not (tmp_path / "không").exists()


def test_what_readers_have_stays_behind(tmp_path: Path, plan: Plan) -> None:
    """Two books of B3 are with readers of TV1 and T7 was kept there when it was fetched."""
    folder = add_library_system(Path(shutil.copytree(SMALL, tmp_path / "Mường Nhỏ")))
    lent = [name_copy("B3", "T8", number) for number in (0, 1)]
    cells = {"on_loan": "3", "on_loan_items": ";".join(lent), "kept": "10", "kept_titles": "T7"}
    record(folder, {3: cells})
    province = read_province(folder)
    places = locate_copies(province)
    left = {code for code, at in places.items() if at == "TV1"}
    of_b3 = {c.barcode: c.title_id for c in province.copies if c.batch_id == "B3"}
    assert {c for c in left if c in of_b3} == {
        *lent, *(code for code, title in of_b3.items() if title == "T7")
    }  # fmt: skip
    moved = {r["barcode"] for r in transfers(dict(draw(plan, province, "vi")))}
    assert moved & set(of_b3) == set(of_b3) - left
    (due,) = due_dates_csv.draw(plan, province, "vi")
    assert {(r["barcode"], r["branch"]) for r in rows(due[1])} == {
        *((code, "MAN") for code in lent), ("", "MAN")
    }  # fmt: skip


def test_holdings_say_where_each_copy_stands(province: Province, tmp_path: Path) -> None:
    path = tmp_path / "holdings.xml"
    path.write_bytes(make_holdings(province, None))
    findings = Findings()
    entries, deleted = read_marc(path, findings)
    assert not findings.items
    assert not deleted
    copies = Counter(copy.title_id for copy in province.copies)
    assert {entry.title_id: entry.copies for entry in entries} == copies
    name = "{http://www.loc.gov/MARC21/slim}"
    told = {}
    for field in ET.parse(path).iter(f"{name}datafield"):
        if field.get("tag") == "952":
            own = {part.get("code"): part.text for part in field}
            assert own["a"] == own["b"]
            told[own["p"]] = own["b"]
    assert told == {code: BRANCHES[at] for code, at in locate_copies(province).items()}


def test_where_writes_the_holdings_of_what_it_shows(folder: Path, tmp_path: Path) -> None:
    words = ["--lang", "en", "where", str(folder), "TV1", "--on", "2026-10-31", "--marc"]
    path = tmp_path / "nơi.xml"
    answer = CliRunner().invoke(cli.command, [*words, str(path)])
    assert answer.exit_code == 0, answer.output
    assert path.read_text("utf-8").count('tag="952"') == 70  # B3
    again = CliRunner().invoke(cli.command, [*words, str(path)])
    assert isinstance(again.exception, InputError)


def test_no_plan_changes_with_codes_and_barcodes(province: Province, small: Province) -> None:
    assert digest_planned(province) == digest_planned(small)
    assert digest_facts(province) != digest_facts(small)
