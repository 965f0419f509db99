"""Loans of a library system are counted by library, month and category: each use once."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import SMALL
from recording import record
from system_folder import add_library_system, name_copy

import cli
from province.errors import InputError
from province.read import read_province

T7, T8 = name_copy("B3", "T7", 0), name_copy("B3", "T8", 3)
N1 = name_copy("B1", "N1", 1)
OCTOBER = [
    f"2026-10-05 09:10:00,issue,MAN,{T7},88",
    f"2026-10-05 09:10:00,issue,MAN,{T8},88",
    f"2026-10-05 09:10:00,issue,MAN,{T8},88",  # the same line again: two exports put together
    f"2026-10-21 15:00:00,issue,MAN,{T7},91",
    f"2026-10-28 15:00:00,renew,MAN,{T7},91",
    f"2026-10-30 08:00:00,return,MAN,{T7},91",
    f"2026-10-30 08:01:00,localuse,NGOC,{N1},",
    "2026-10-30 08:30:00,issue,NGOC,OWN-1,17",
    "2026-10-30 08:31:00,issue,CPL,OWN-2,17",
    "2026-10-30 08:31:00,issue,ELSE,OWN-3,17",
]
HEADINGS = "datetime,type,branch,barcode,borrowernumber"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return add_library_system(Path(shutil.copytree(SMALL, tmp_path / "Mường Nhỏ")))


def write(folder: Path, lines: Iterable[str], head: str = HEADINGS, **options: str) -> Path:
    path = folder.parent / "báo cáo mượn.csv"
    path.write_text("\n".join((head, *lines)) + "\n", encoding=options.get("encoding", "utf-8"))
    return path


def take(folder: Path, report: Path, *more: str) -> Result:
    words = ["--lang", "en", "loans", str(folder), str(report), "--month", "2026-10", *more]
    return CliRunner().invoke(cli.command, words)


def read(folder: Path) -> list[tuple[str, str, str, int, float]]:
    loans = read_province(folder).system_loans
    return [(o.site_id, str(o.day), o.category_id, o.uses, o.months) for o in loans]


def test_uses_are_counted_by_library_and_category_silence_included(folder: Path) -> None:
    """B3 (tales) came to TV1 on 5 October, when B1 (farming and tales) went from there to TV3.

    So farming books stood at TV1 until the 5th, all month tales; at TV3 both from the 5th on.
    """
    answer = take(folder, write(folder, OCTOBER))
    assert answer.exit_code == 0, answer.output
    assert read(folder) == [
        ("TV1", "2026-10-31", "farming-adult-vi", 0, 0.16),
        ("TV1", "2026-10-31", "tales-child-vi", 3, 1.0),
        ("TV3", "2026-10-31", "farming-adult-vi", 1, 0.87),
        ("TV3", "2026-10-31", "tales-child-vi", 0, 0.87),
    ]
    loans = read_province(folder).loans
    assert {one for one in loans if str(one.day) == "2026-10-31"} == set(
        read_province(folder).system_loans
    )
    for told in (
        "2 lines of libraries that take no batches", "2 lines that are no loans",
        "1 uses of books that are in no batch", "nothing is told of MAY, PHA",
    ):  # fmt: skip
        assert told in answer.stderr
    table = (folder / "system_loans.csv").read_text("utf-8")
    assert "88" not in table  # nobody's number is kept
    assert "91" not in table


def test_a_month_that_is_read_again_counts_once(folder: Path) -> None:
    first = write(folder, OCTOBER[:3])
    take(folder, first)
    early = read(folder)
    take(folder, write(folder, OCTOBER))
    whole = (folder / "system_loans.csv").read_bytes()
    take(folder, write(folder, [*OCTOBER, f"2026-11-02 10:00:00,issue,MAN,{T7},"]))
    assert (folder / "system_loans.csv").read_bytes() == whole
    assert early != read(folder)
    november = write(folder, [*OCTOBER, f"2026-11-28 10:00:00,issue,MAN,{T7},"])
    answer = take(folder, november, "--until", "2026-11")
    assert answer.exit_code == 0
    days = [day for _, day, _, _, _ in read(folder)]
    assert days.count("2026-10-31") == 4
    assert ("TV1", "2026-11-30", "tales-child-vi", 1, 1.0) in read(folder)


def in_vietnamese(line: str) -> str:
    return line.replace(",", ";")


def with_a_name(line: str) -> str:
    _, _, branch, barcode, _ = line.split(",")
    return "\t".join(("Lò Thị Mai", branch.lower(), "25/10/2026", barcode, "2"))


@pytest.mark.parametrize(
    ("head", "change", "encoding"),
    [
        ("Ngày;Loại giao dịch;Mã thư viện;ĐKCB;Bạn đọc", in_vietnamese, "utf-8-sig"),
        ("borrower\tbranchcode\tdate\titems.barcode\tcount", with_a_name, "utf-8"),
    ],
)
def test_other_headings_separators_and_dates_say_the_same(
    folder: Path, head: str, change: Callable[[str], str], encoding: str
) -> None:
    lines = [change(line) for line in OCTOBER[:2]]
    answer = take(folder, write(folder, lines, head, encoding=encoding))
    assert answer.exit_code == 0, answer.output
    uses = {row[2]: row[3] for row in read(folder) if row[0] == "TV1"}
    assert uses == {"farming-adult-vi": 0, "tales-child-vi": 4 if "count" in head else 2}
    assert "Mai" not in (folder / "system_loans.csv").read_text("utf-8")


def test_every_fault_comes_in_one_answer_and_nothing_is_written(folder: Path) -> None:
    lines = [*OCTOBER, f"2026-10-07 09:00:00,issue,MANN,{T7},",
             f"2026-10-08 09:00:00,issue,MAN,{T7.lstrip('0')},"]  # fmt: skip
    answer = take(folder, write(folder, lines), "--until", "2026-12")
    assert isinstance(answer.exception, InputError)
    told = [(one.row, one.column, one.value) for one in answer.exception.findings]
    assert told == [
        (None, "date", "2026-11"), (None, "date", "2026-12"),
        (12, "branch", "MANN"), (13, "barcode", T7.lstrip("0")),
    ]  # fmt: skip
    assert "MAN" in str(answer.exception.findings[2].advice)
    damaged = [OCTOBER[0].replace("2026-10-05 09:10:00", "2026-10-05 9 giờ"),
               OCTOBER[1].replace("2026-10-05", "2026-13-05")]  # fmt: skip
    answer = take(folder, write(folder, damaged))
    assert isinstance(answer.exception, InputError)
    assert [(one.row, one.column) for one in answer.exception.findings] == [
        (2, "date"), (3, "date")
    ]  # fmt: skip
    bare = Path(shutil.copytree(SMALL, folder.parent / "không mã"))
    answer = take(bare, write(folder, OCTOBER))
    assert isinstance(answer.exception, InputError)
    assert [one.file for one in answer.exception.findings] == ["batch_copies.csv", "libraries.csv"]
    for place in (folder, bare):
        assert not (place / "system_loans.csv").exists()


def test_a_report_that_is_not_there_is_said_to_be_missing(folder: Path) -> None:
    answer = take(folder, folder / "không có.csv")
    assert isinstance(answer.exception, InputError)
    assert [str(one.expected) for one in answer.exception.findings] == ["a file that exists"]


def test_a_dry_run_and_an_open_table_write_nothing(folder: Path) -> None:
    report = write(folder, OCTOBER)
    assert take(folder, report, "--dry-run").exit_code == 0
    assert not (folder / "system_loans.csv").exists()
    (folder / ".~lock.system_loans.csv#").write_text("", encoding="utf-8")
    assert take(folder, report).exception is not None
    assert not (folder / "system_loans.csv").exists()


def test_what_a_crew_counted_of_the_same_days_is_not_counted_again(folder: Path) -> None:
    """B3 came to TV1 on 5 October and was taken 57 days later with 41 uses.

    October has 27 of these days (5 to 31), so that 41 · 30 / 57 = 22 are of November.
    """
    take(folder, write(folder, OCTOBER))
    record(folder)
    loans = [one for one in read_province(folder).loans
             if one.site_id == "TV1" and str(one.day) == "2026-12-01"]  # fmt: skip
    assert [(one.uses, one.months) for one in loans] == [(22, round(30 / 30.4375, 2))]


def test_rows_by_hand_of_the_same_month_are_told(folder: Path) -> None:
    """Two rows that end on 5 October at TV1 and one on 4 November at TV3 reach into it."""
    before = set(read_province(folder).warnings)
    take(folder, write(folder, OCTOBER))
    (more,) = set(read_province(folder).warnings) - before
    assert (more.file, more.column) == ("loans.csv", "date")
    assert "3 rows" in str(more.expected)


DAMAGED = [
    ("libraries.csv", ",MAN", ",MAY", [("libraries.csv", 4, "branch")]),
    ("libraries.csv", ",MAN", ",Bản Mận", [("libraries.csv", 3, "branch")]),
    ("batch_copies.csv", f"{T7},B3,T7", f"{T7},B33,T7", [("batch_copies.csv", 142, "batch_id")]),
    ("batch_copies.csv", f"{T7},B3,T7", f"{T7},B3,N1", [("batch_copies.csv", 142, "title_id")]),
    ("batch_copies.csv", f"{T7},B3", f"{T8},B3", [("batch_copies.csv", 155, "barcode")]),
    ("batch_copies.csv", f"{T7},B3", "0123 456,B3", [("batch_copies.csv", 142, "barcode")]),
    ("batch_copies.csv", f"{T7},B3", "9.78604E+12,B3", [("batch_copies.csv", 142, "barcode")]),
    ("batch_copies.csv", f"{T7},B3,T7", f"{T7},B3,T8", [("batch_copies.csv", 161, "barcode")]),
]


@pytest.mark.parametrize(("file", "old", "new", "places"), DAMAGED)
def test_a_damaged_code_or_barcode_is_one_fault(
    folder: Path, file: str, old: str, new: str, places: list[tuple[str, int, str]]
) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_province(folder)
    assert [(f.file, f.row, f.column) for f in caught.value.findings if not f.is_warning] == places


def test_lacking_and_shortened_barcodes_are_told(folder: Path) -> None:
    path = folder / "batch_copies.csv"
    text = path.read_text(encoding="utf-8").replace(f"{T7},B3,T7\n", "")
    path.write_text(text.replace(T8, T8.lstrip("0")), encoding="utf-8")
    told = [(one.row, one.value) for one in read_province(folder).warnings
            if one.file == "batch_copies.csv"]  # fmt: skip
    assert told == [(None, "B3"), (154, T8.lstrip("0"))]
