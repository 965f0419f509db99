"""The example's tables saved by LibreOffice, as workbooks and as CSV of another locale."""

import shutil
import subprocess
from pathlib import Path

import pytest

from planning.answers.check import check_folder
from province.facts import digest_facts
from province.files.create import create_from_example
from province.read import read_province
from province.shipped import find_shipped

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
HAS_CALC = bool(OFFICE) and any(Path(str(OFFICE)).resolve().parent.rglob("*sclo.*"))
NEEDS_OFFICE = pytest.mark.skipif(not HAS_CALC, reason="LibreOffice Calc is not installed")
UTF8_CSV = "CSV:44,34,76,1"
"""Import: comma, double quotes, UTF-8, from the first line on."""

SEMICOLONS = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false"
"""Export: semicolons, numbers as the locale shows them."""

LATVIAN = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>lv-LV</value></prop></item>
</oor:items>
"""
MENDED = [
    ("calendar", "2 were mended"),
    ("libraries", "127 were mended"),
    ("zones", "1 were mended"),
]


def convert(kind: str, tables: list[Path], out: Path, *, profile: Path, source: str = "") -> None:
    command = [str(OFFICE), f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += [f"--infilter={source}"] if source else []
    command += ["--convert-to", kind, "--outdir", str(out), *map(str, sorted(tables))]
    subprocess.run(command, check=True, capture_output=True, timeout=240)


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new folder whose tables LibreOffice has opened and saved as XLSX."""
    base = tmp_path_factory.mktemp("office")
    create_from_example("son-la", base / "csv")
    folder = Path(shutil.copytree(base / "csv", base / "xlsx"))
    convert("xlsx", list(folder.glob("*.csv")), folder, profile=base / "plain", source=UTF8_CSV)
    for table in folder.glob("*.csv"):
        table.unlink()
    return folder


@pytest.fixture(scope="module")
def expected() -> str:
    return digest_facts(read_province(find_shipped("son-la")))


@NEEDS_OFFICE
def test_workbooks_hold_the_same_facts(workbooks: Path, expected: str) -> None:
    assert (workbooks / "libraries.xlsx").is_file()
    province, faults, warnings = check_folder(workbooks)
    assert province is not None
    assert faults == ()
    assert digest_facts(province) == expected
    check_warnings(warnings, "xlsx")


@NEEDS_OFFICE
def test_csv_of_another_locale_holds_the_same_facts(
    workbooks: Path, expected: str, tmp_path: Path
) -> None:
    (tmp_path / "lv" / "user").mkdir(parents=True)
    (tmp_path / "lv" / "user" / "registrymodifications.xcu").write_text(LATVIAN, encoding="utf-8")
    folder = Path(shutil.copytree(workbooks, tmp_path / "csv"))
    convert(SEMICOLONS, list(folder.glob("*.xlsx")), folder, profile=tmp_path / "lv")
    for table in folder.glob("*.xlsx"):
        table.unlink()
    assert "160,4" in (folder / "batches.csv").read_text(encoding="utf-8")
    province, faults, warnings = check_folder(folder)
    assert province is not None
    assert faults == ()
    assert digest_facts(province) == expected
    check_warnings(warnings, "csv")


def check_warnings(warnings: tuple, ending: str) -> None:
    """Nothing but the codes that LibreOffice took for numbers, a line a table and column."""
    told = {(w.file, w.column): str(w.expected) for w in warnings}
    assert len(told) == len(warnings)
    assert all("mended" in text for text in told.values())
    for name, text in MENDED:
        assert text in told[f"{name}.{ending}", "commune_code"]
