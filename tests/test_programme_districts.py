"""Districts group the goals of Sơn La until the day they ended, and not a day longer."""

from datetime import date
from pathlib import Path

import pytest
from program import run
from programme_folder import add_programme

from programme.districts import DistrictStanding, list_district_standings, list_districts
from programme.standing import list_standings
from province.facts import Province
from province.read import read_province
from province.shipped import find_shipped

SON_LA = find_shipped("son-la")
LAST = date(2025, 6, 30)


@pytest.fixture(scope="module")
def province() -> Province:
    return read_province(Path(SON_LA))


@pytest.fixture(scope="module")
def standings(province: Province) -> tuple[DistrictStanding, ...]:
    return list_district_standings(province, LAST)


def test_each_commune_lies_in_one_district_until_the_last_day(province: Province) -> None:
    """Eleven districts and the town; units of two of them are in three communes of today."""
    districts = list_districts(province, LAST)
    assert len(districts) == 12
    members = [commune.code for one in districts for commune in one.communes]
    assert sorted(members) == [commune.code for commune in province.communes]
    assert [(one.name, [c.name for c in one.shared]) for one in districts if one.shared] == [
        ("Mộc Châu", ["Chiềng Sơn"]), ("Phù Yên", ["Mường Bang"]), ("Yên Châu", ["Chiềng Hặc"])
    ]  # fmt: skip
    assert list_districts(province, date(2025, 7, 1)) == ()


def test_districts_add_up_to_the_province(
    province: Province, standings: tuple[DistrictStanding, ...]
) -> None:
    for whole in list_standings(province, LAST)[::2]:
        parts = [one.measure for one in standings if one.goal == whole.goal]
        assert len(parts) == 12
        assert sum(one.value.count for one in parts) == whole.measure.value.count
        assert sum(one.whole.count for one in parts) == whole.measure.whole.count


def test_the_town_had_both_models_that_its_wards_have_had_since_then(
    standings: tuple[DistrictStanding, ...],
) -> None:
    """MH01 and MH02 of Tô Hiệu and Chiềng Sinh, two of its four wards."""
    (town,) = (o for o in standings if o.district.name == "Sơn La" and o.goal.counts == "models")
    assert {part.about for part in town.measure.value.parts} == {"03646", "03679"}
    assert (town.measure.value.count, town.measure.whole.count) == (2, 4)


def test_the_command_says_until_when_there_were_any(small_folder: Path) -> None:
    folder = add_programme(small_folder)
    (folder / "old_units.csv").write_text(
        "old_code,name,district,until,share,commune_code\n"
        "80012,Bản Mận,Mường Mận,2026-06-30,whole,90002\n"
        "80013,Đèo Mây,Mường Mây,2026-06-30,whole,90003\n",
        encoding="utf-8",
    )
    words = ["targets", folder, "--lang", "en", "--districts", "--on"]
    answer = run(*words, "2026-07-01")
    assert answer.returncode == 0
    assert answer.stdout == "the last day with districts was 2026-06-30\n"
    # only TV1 meets enough criteria; two communes lay in no district, one of them a ward
    lines = run(*words, "2026-06-30").stdout.splitlines()
    models = [line.split()[-3:] for line in lines if "model" in line]
    assert sorted(models) == [["0", "1", "0"], ["0", "2", "0"], ["1", "1", "100"]]
    (folder / "old_units.csv").unlink()
    assert "names no district" in run(*words, "2026-06-30").stdout
