"""A folder written in old codes plans the same month, to the byte, and keeps its history."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
from conftest import SMALL
from programme_folder import add_programme

from planning.joint.month import plan_month
from planning.plan_file import dump_plan
from programme.standing import list_standings
from province.dates import Month
from province.facts import Province, digest_facts
from province.old_units import find_communes
from province.read import read_province

pytestmark = pytest.mark.usefixtures("few_iterations", "one_round")

OLD = {"90001": "80011", "90002": "80012", "90003": "80013", "90004": "80014"}
UNITS = "old_code,kind,name,district,until,share,commune_code\n" + "".join(
    f"{old},xã,Bản Cũ {number},Mường Cũ,2026-06-30,whole,{new}\n"
    for number, (new, old) in enumerate(OLD.items())
)
ZONES = (
    "zone_id,commune_code,from_date,to_date,rule,note\nZ1,90003,2026-12-20,2026-12-22,no_entry,\n"
)
REQUESTS = "site_id,date,category_id,books\nTV2,2026-11-02,tales-child-hmn,12\n"
MONTH = Month(2026, 12)


def write_old(path: Path) -> int:
    """Write the communes of a table in the codes they had before; return how many cells."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or "commune_code" not in rows[0] or path.name == "old_units.csv":
        return 0
    named = [row for row in rows if row["commune_code"] in OLD]
    for row in named:
        row["commune_code"] = OLD[row["commune_code"]]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(named)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Province, Province]:
    """The small province with a programme and a history, in new codes and in old ones."""
    now = add_programme(Path(shutil.copytree(SMALL, tmp_path_factory.mktemp("p") / "mã mới")))
    for name, text in (("old_units", UNITS), ("zones", ZONES), ("requests", REQUESTS)):
        (now / f"{name}.csv").write_text(text, encoding="utf-8")
    settings = now / "province.toml"
    text = settings.read_text(encoding="utf-8")
    assert "horizon_months = 4" in text
    short = text.replace("horizon_months = 4", "horizon_months = 1")
    settings.write_text(short, encoding="utf-8")
    before = Path(shutil.copytree(now, now.parent / "mã cũ"))
    written = {path.name: write_old(path) for path in sorted(before.glob("*.csv"))}
    assert {name for name, count in written.items() if count} == {
        "calendar.csv", "libraries.csv", "models.csv", "partners.csv", "unit_reports.csv",
        "zones.csv",
    }  # fmt: skip
    return read_province(now), read_province(before)


def test_the_same_month_is_planned_to_the_byte(pair: tuple[Province, Province]) -> None:
    now, before = (
        dump_plan(plan_month(one, MONTH, seed=3, work=0.01, has_fixes=False)) for one in pair
    )
    assert now == before


def test_history_and_programme_are_carried_over(pair: tuple[Province, Province]) -> None:
    now, before = pair
    assert before.loans
    assert before.loans == now.loans
    assert before.journal == now.journal
    assert before.requests == now.requests
    assert before.programme == now.programme
    assert len(before.programme.activities) == 6
    assert digest_facts(before) == digest_facts(now)
    on = date(2026, 12, 31)
    assert list_standings(before, on) == list_standings(now, on)
    told = {(one.file, one.column) for one in before.warnings}
    assert told - {(one.file, one.column) for one in now.warnings} == {
        (f"{name}.csv", "commune_code")
        for name in ("calendar", "libraries", "models", "partners", "unit_reports", "zones")
    }
    assert all(
        find_communes(old, on, before.communes, before.old_units) is not None
        for old in OLD.values()
    )
