"""The good folder with one cell damaged: each damage is found where it is."""

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from province.errors import InputError
from province.facts import Province
from province.journal import locate_batches
from province.read import read_province

# file, text that stands there once or first, its damage; then row, column and value of the finding
DAMAGES = [
    ("libraries.csv", ",90002,", ",90092,", 3, "commune_code", "90092"),
    ("libraries.csv", "commune_library", "comune_library", 3, "kind", "comune_library"),
    ("libraries.csv", "420,,child", "1.250,,child", 7, "students", "1.250"),
    ("libraries.csv", "Mo-Sa 08:00-11:00", "Mo-Xx 8-11", 4, "hours", "Mo-Xx 8-11"),
    ("libraries.csv", "104.0,21.3,+84", "21.3,104.0,+84", 3, "lat", "104.0"),
    ("libraries.csv", ",104.1,21.3,", ",108.1,21.3,", 6, "lon", "108.1, 21.3"),
    ("libraries.csv", "2026-03-01", "2026-02-30", 6, "enrolled_from", "2026-02-30"),
    ("libraries.csv", "\nTV2,", "\nTV1,", 4, "site_id", "TV1"),
    ("libraries.csv", "both,2026-01-01,150", "both,2026-01-01,-150", 3, "capacity_books", "-150"),
    ("batches.csv", "B1,Lô Mận,70", "B1,Lô Mận,71", 2, "books", "71"),
    ("batches.csv", "B1,Lô Mận,70,2", "B1,Lô Mận,70,0", 2, "boxes", "0"),
    ("batches.csv", ",worn,KHO", ",wet,KHO", 5, "condition", "wet"),
    ("batches.csv", ",worn,KHO", ",worn,TV1", 5, "depot_id", "TV1"),
    ("batch_titles.csv", "B1,N1,", "B9,N1,", 2, "batch_id", "B9"),
    ("vehicles.csv", "XE2,Xe tải nhẹ,truck", "XE2,Xe tải nhẹ,lorry", 3, "kind", "lorry"),
    ("vehicles.csv", "14..2026-12-15", "14..2026-12-10", 2, "unavailable",
     "2026-12-14..2026-12-10"),
    ("crews.csv", "truck|motorbike", "truck|bike", 3, "drives", "bike"),
    ("closures.csv", "ĐT.101,2,5", "ĐT.109,2,5", 2, "ref", "ĐT.109"),
    ("closures.csv", "ĐT.101,2,5", "ĐT.101,5,2", 2, "km_to", "2.0"),
    ("closures.csv", "2026-12-09", "2026-12-01", 2, "to_date", "2026-12-01"),
    ("closures.csv", ",shut,", ",slow,", 2, "effect", "slow"),
    ("calendar.csv", "BYDAY=SU", "BYDAY=XX", 4, "rule", "FREQ=WEEKLY;BYDAY=XX"),
    ("calendar.csv", "LUNAR:1,15", "LUNAR:1,35", 5, "rule", "LUNAR:1,35"),
    ("calendar.csv", ",TV4,closed", ",TV9,closed", 6, "site_id", "TV9"),
    ("loans.csv", "farming-adult-vi,46", "farming-adult-en,46", 2, "category_id",
     "farming-adult-en"),
    ("kits.csv", "2026-12-18", "2026-11-18", 2, "due_date", "2026-11-18"),
    ("ledger.csv", "B1,TV1,TV3", "B1,TV2,TV3", 5, "from_site", "TV2"),
    ("ledger.csv", ",L06,", ",L66,", 8, "voids", "L66"),
    ("roads.geojson", '"asphalt"', '"tar"', 1, "surface", "tar"),
    ("roads.geojson", "[104.0, 21.3], [104.04, 21.3]", "[104.0, 21.3]", 5, "geometry", None),
    ("communes.geojson", "[103.95, 21.25], [103.95, 21.45]", "[103.95, 21.45], [103.95, 21.25]",
     1, "geometry", None),
    ("province.toml", "value = 600", "value = -600", None, "trips.driving_max_day_min", "-600"),
    ("province.toml", "driving_max_day_min", "driving_max_dya_min", None,
     "trips.driving_max_dya_min", None),
]  # fmt: skip


def damage(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


@pytest.mark.parametrize(("file", "old", "new", "row", "column", "value"), DAMAGES)
def test_damaged_cell_is_found(
    small_folder: Path, file: str, old: str, new: str, row: int | None, column: str,
    value: str | None,
) -> None:  # fmt: skip
    damage(small_folder, file, old, new)
    with pytest.raises(InputError) as caught:
        read_province(small_folder)
    found = [f for f in caught.value.findings if (f.file, f.row, f.column) == (file, row, column)]
    assert found, str(caught.value)
    assert value is None or value in [f.value for f in found]
    assert all(str(f.expected) and str(f.advice) for f in found)


def test_wrong_commune_code_names_the_nearest(small_folder: Path) -> None:
    damage(small_folder, "libraries.csv", ",90002,", ",9002,")
    with pytest.raises(InputError, match="90002"):
        read_province(small_folder)


def test_small_province_says_what_its_files_say(small: Province) -> None:
    assert not small.warnings
    assert [site.site_id for site in small.depots] == ["KHO"]
    assert small.site_by_id["TV2"].languages == ("vi", "hmn")
    assert sum(batch.books for batch in small.batches) == 4 * 70 + 105 + 35
    assert small.vehicle_by_id["XE1"].can_hold_sessions
    assert small.settings.sources == {"trips.driving_max_day_min": "Law 36/2024 art. 64"}
    # B1 went on to TV3; the move of B4 was voided, so B4 never left the depot.
    assert locate_batches(small.journal) == {
        "B1": ("TV3", date(2026, 10, 5)),
        "B2": ("TV2", date(2026, 9, 4)),
        "B3": ("TV1", date(2026, 10, 5)),
    }


def as_excel_saves_it(data: bytes) -> bytes:
    text = data.decode("utf-8").replace("KHO,6,150,2000", "KHO,6,150.5,2000")
    text = text.replace(",", ";").replace("150.5", "150,5")
    lines = [line + ";;" for line in text.splitlines()] + [";;;", ""]
    return b"\xef\xbb\xbf" + "\r\n".join(lines).encode("utf-8")


def test_spreadsheet_habits_are_read(small_folder: Path) -> None:
    path = small_folder / "vehicles.csv"
    path.write_bytes(as_excel_saves_it(path.read_bytes()))
    province = read_province(small_folder)
    assert province.vehicle_by_id["XE1"].capacity_kg == 150.5


BYTES: list[tuple[str, Callable[[bytes], bytes], str]] = [
    ("Latin-1", lambda data: data + "B7,café\n".encode("latin-1"), "UTF-8"),
    ("UTF-16", lambda data: data.decode("utf-8").encode("utf-16"), "UTF-8"),
    ("NUL", lambda data: data + b"\0", "NUL"),
    ("empty", lambda data: b"", "empty"),
    ("heading twice", lambda data: data.replace(b",boxes,", b",books,", 1), "each heading once"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change", "said"), BYTES)
def test_damaged_file_is_found(
    small_folder: Path, what: str, change: Callable[[bytes], bytes], said: str
) -> None:
    path = small_folder / "batches.csv"
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(InputError) as caught:
        read_province(small_folder)
    own = [f for f in caught.value.findings if f.file == "batches.csv"]
    assert any(said in str(f.as_message()) for f in own), (what, str(caught.value))


@pytest.mark.parametrize("file", ["province.toml", "libraries.csv", "roads.geojson", "crews.csv"])
def test_missing_file_is_found(small_folder: Path, file: str) -> None:
    (small_folder / file).unlink()
    with pytest.raises(InputError) as caught:
        read_province(small_folder)
    assert file in [f.file for f in caught.value.findings]


def test_a_folder_in_decomposed_letters_is_the_same_province(small_folder: Path) -> None:
    composed = read_province(small_folder)
    for path in small_folder.iterdir():
        if path.suffix in (".csv", ".toml", ".geojson"):
            text = path.read_text(encoding="utf-8")
            path.write_text(unicodedata.normalize("NFD", text), encoding="utf-8")
    again = read_province(small_folder)
    assert again.settings == composed.settings
    for part in ("communes", "sites", "segments", "closures", "batches", "titles", "vehicles"):
        assert getattr(again, part) == getattr(composed, part), part


def test_a_setting_of_an_earlier_version_is_read_with_a_warning(small_folder: Path) -> None:
    before = read_province(small_folder)
    with (small_folder / "province.toml").open("a", encoding="utf-8") as file:
        file.write("\n[service]\nreaders_per_session = 40\n")
    province = read_province(small_folder)
    assert province.settings == before.settings
    (found,) = set(province.warnings) - set(before.warnings)
    assert (found.file, found.column, found.value) == (
        "province.toml", "service.readers_per_session", "40",
    )  # fmt: skip
