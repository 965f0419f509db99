"""Old codes and names of communes: what they mean, and folders that are written in them."""

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import command
from planning.answers.units_today import tabulate_units
from province.errors import InputError
from province.facts import Province, digest_facts
from province.ids import CommuneCode
from province.old_units import OldUnit, UnitShare, find_communes
from province.read import read_province

ROOT = Path(__file__).resolve().parent.parent
SON_LA = ROOT / "data" / "son-la"
REFORM, EARLIER = date(2025, 6, 30), date(2025, 1, 31)


@dataclass(frozen=True)
class Commune:
    code: CommuneCode
    kind: str
    name: str


NOW = tuple(
    Commune(CommuneCode(code), "xã", name)
    for code, name in (
        ("10", "Mường Bang"),
        ("20", "Phù Yên"),
        ("30", "Suối Tọ"),
        ("40", "Đoàn Kết"),
    )
)


def unit(code: str, name: str, today: str | None, **other: object) -> OldUnit:
    own = {"kind": "xã", "district": "Phù Yên", "until": REFORM, "share": UnitShare.WHOLE} | other
    return OldUnit(code, name=name, commune_code=today and CommuneCode(today), **own)  # type: ignore[arg-type]


OLD = (
    unit("20", "Quang Huy", "20", kind="thị trấn"),
    unit("20", "Quang Huy", "20", until=EARLIER, share=UnitShare.PART),
    unit("20", "Quang Huy", "30", until=EARLIER, share=UnitShare.PART),
    unit("21", "Huy Bắc", "20", until=EARLIER),
    unit("41", "Chiềng Chung", "40", district="Mộc Châu"),
    unit("51", "Chiềng Chung", "10", district="Mai Sơn"),
    unit("61", "Mường Bằng", "10", share=UnitShare.PART),
    unit("61", "Mường Bằng", "30", share=UnitShare.PART),
    unit("71", "Hua Păng", None, until=EARLIER),
)


@pytest.mark.parametrize(
    ("text", "day", "codes", "is_sure"),
    [
        ("21", None, ["20"], True),
        ("xã Huy Bắc", None, ["20"], True),
        ("huy bac", None, ["20"], True),
        ("Phù Yên", None, ["20"], True),
        ("20", None, ["20"], True),
        ("20", date(2025, 3, 1), ["20"], True),
        ("20", EARLIER, ["20", "30"], False),
        ("20", date(2026, 1, 1), ["20"], True),
        ("thị trấn Quang Huy", None, ["20"], True),
        ("Chiềng Chung", None, ["10", "40"], False),
        ("Chiềng Chung (Mai Sơn)", None, ["10"], True),
        ("xã Chiềng Chung, huyện Mộc Châu", None, ["40"], True),
        ("Mường Bang", None, ["10"], True),
        ("Mường Bằng", None, ["10", "30"], False),
        ("Muong Bang", None, ["10", "30"], False),
        ("71", None, [], False),
    ],
)
def test_what_a_code_or_a_name_means(
    text: str, day: date | None, codes: list[str], is_sure: bool
) -> None:
    meaning = find_communes(text, day, NOW, OLD)
    assert meaning is not None
    assert (list(meaning.codes), meaning.is_sure) == (codes, is_sure)


def test_what_nobody_was_called_means_nothing() -> None:
    assert find_communes("Mường Lạn", None, NOW, OLD) is None
    assert find_communes("Chiềng Chung (Sông Mã)", None, NOW, OLD) is None


@pytest.fixture(scope="module")
def son_la() -> Province:
    return read_province(SON_LA)


def test_every_commune_of_2024_is_one_of_today_or_flagged(son_la: Province) -> None:
    """The 204 that the province had, and the 200 that were left of them in February 2025."""
    on = {
        day: {one.key for one in son_la.old_units if is_there(one, day, son_la.old_units)}
        for day in (date(2024, 12, 31), date(2025, 6, 30))
    }
    unchanged = {"03980", "03983", "03984"}  # codes made in February 2025
    counted = {code for code, _ in on[date(2024, 12, 31)]} - unchanged
    assert len(counted) == 204
    assert len(on[date(2025, 6, 30)]) == 200
    known = {commune.code for commune in son_la.communes}
    flagged = set()
    for code in counted:
        meaning = find_communes(code, date(2024, 12, 31), son_la.communes, son_la.old_units)
        assert meaning is not None
        assert set(meaning.codes) <= known
        flagged |= set() if meaning.is_sure else {code}
    assert flagged == {
        "03910", "04012", "04111",
        "03979", "03982", "03988", "03991", "03997", "04000", "04003", "04015", "04033",
    }  # fmt: skip


def is_there(one: OldUnit, day: date, old: tuple[OldUnit, ...]) -> bool:
    before = [o.until for o in old if o.old_code == one.old_code and o.until < one.until]
    return day <= one.until and all(until < day for until in before)


def rewrite(path: Path, column: str, change: Callable[[str], str]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row[column] = change(row[column])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("told", ["code", "name", "no zeros"])
def test_a_folder_in_old_codes_or_names_is_the_same_province(
    son_la: Province, tmp_path: Path, told: str
) -> None:
    """Equal facts: whatever is planned of them is the same."""
    folder = Path(shutil.copytree(SON_LA, tmp_path / "Sơn La cũ"))
    whole = {
        one.commune_code: one
        for one in son_la.old_units
        if one.share is UnitShare.WHOLE and one.until == REFORM and one.old_code != one.commune_code
    }
    assert len(whole) > 60

    def write_old(code: str) -> str:
        if not (one := whole.get(CommuneCode(code))):
            return code
        name = f"{one.kind} {one.name} ({one.district})"
        return {"code": one.old_code, "name": name, "no zeros": one.old_code.lstrip("0")}[told]

    rewrite(folder / "libraries.csv", "commune_code", write_old)
    read = read_province(folder)
    assert read.sites == son_la.sites
    assert digest_facts(read) == digest_facts(son_la)
    warned = {(one.file, one.column) for one in read.warnings} - {
        (one.file, one.column) for one in son_la.warnings
    }
    assert warned == {("libraries.csv", "commune_code")}


def test_what_may_be_several_is_a_fault_that_names_them(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SON_LA, tmp_path / "Sơn La"))
    names = iter(["Chiềng Chung", "04111", "Hua Păng", "Bản Đâu Đó"])
    rewrite(folder / "libraries.csv", "commune_code", lambda code: next(names, code))
    with pytest.raises(InputError) as caught:
        read_province(folder)
    told = [(one.row, one.value, str(one.advice)) for one in caught.value.findings]
    assert [one[:2] for one in told] == [
        (2, "Chiềng Chung"), (3, "04111"), (4, "Hua Păng"), (5, "Bản Đâu Đó")
    ]  # fmt: skip
    assert "04000 (Đoàn Kết), 04117 (Mường Chanh)" in told[0][2]
    assert "03943 (Mường Bang), 04123 (Chiềng Mung)" in told[1][2]
    assert "no table says what became of it" in told[2][2]


def test_a_row_is_read_as_of_its_day(tmp_path: Path) -> None:
    """A code that passed from a commune to a town: what it meant then, not what it means now."""
    folder = Path(shutil.copytree(SON_LA, tmp_path / "Sơn La"))
    zones = folder / "zones.csv"
    zones.write_text(
        "zone_id,commune_code,from_date,to_date,rule,note\n"
        "Z1,03910,2026-08-10,2026-08-20,no_entry,\nZ2,03910,2024-08-10,2024-08-20,no_entry,\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_province(folder)
    assert [(one.file, one.row, one.column) for one in caught.value.findings] == [
        ("zones.csv", 3, "commune_code")
    ]


def test_the_command_tells_what_is_asked_and_refuses_what_nobody_knows(son_la: Province) -> None:
    words = ["--lang", "en", "units", str(SON_LA)]
    answer = CliRunner().invoke(command, [*words, "xã Viêng Lán", "Chiềng Chung"])
    assert answer.exit_code == 0
    assert "04075 (Yên Châu)" in answer.output
    assert "04000 (Đoàn Kết), 04117 (Mường Chanh)  in part, or in doubt" in answer.output
    every = CliRunner().invoke(command, words)
    assert len(every.output.splitlines()) == 217
    with pytest.raises(InputError) as caught:
        tabulate_units(son_la, ("Atlantis", "Lemuria", "03652"))
    assert [one.value for one in caught.value.findings] == ["Atlantis", "Lemuria"]
