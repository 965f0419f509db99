"""Each way to end has an exit code of its own, and the docs say which."""

import re
import sqlite3
from pathlib import Path

import pytest

import cli
from province.errors import BusyError, DiskError, LedgerError, PlannerError
from province.language import message
from province.ledger.place import LEDGER_NAME
from province.ledger.sqlite import write_sqlite

ROOT = Path(__file__).resolve().parent.parent


def list_kinds(kind: type[PlannerError]) -> list[type[PlannerError]]:
    return [kind, *(lower for below in kind.__subclasses__() for lower in list_kinds(below))]


def test_every_kind_of_error_has_a_code_of_its_own() -> None:
    kinds = list_kinds(PlannerError)
    codes = [kind.exit_code for kind in kinds if kind.__module__ == PlannerError.__module__]
    assert sorted(codes) == [1, 3, 4, 5, 6, 7, 8]
    assert {kind.exit_code for kind in kinds} == set(codes)


@pytest.mark.parametrize("page", ["README.md", "README.vi.md", "docs/exit-codes.md"])
def test_every_code_is_documented(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for code in (0, 2, cli.STOPPED, *(kind.exit_code for kind in list_kinds(PlannerError))):
        assert re.search(rf"(\| |\b){code} ", text), code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyError("x"), 1),
        (OSError(28, "No space left on device"), 6),
        (PermissionError(13, "Permission denied"), 6),
        (LedgerError(message("nothing to do")), 5),
    ],
)
def test_faults_of_the_program_and_of_the_disk_are_told_apart(error: Exception, code: int) -> None:
    assert cli.tell_fault(error) == code


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, DiskError),
        (sqlite3.SQLITE_IOERR_WRITE, DiskError),
        (sqlite3.SQLITE_READONLY, DiskError),
        (sqlite3.SQLITE_CANTOPEN, DiskError),
        (sqlite3.SQLITE_BUSY, BusyError),
        (sqlite3.SQLITE_BUSY_RECOVERY, BusyError),
        (sqlite3.SQLITE_LOCKED, BusyError),
        (sqlite3.SQLITE_CORRUPT, LedgerError),
        (sqlite3.SQLITE_NOTADB, LedgerError),
    ],
)
def test_a_ledger_tells_trouble_with_the_disk_from_damage(
    tmp_path: Path, code: int, kind: type[PlannerError]
) -> None:
    def fail() -> None:
        with write_sqlite(tmp_path / LEDGER_NAME):
            error = sqlite3.OperationalError("so it is")
            error.sqlite_errorcode = code
            raise error

    with pytest.raises(PlannerError) as caught:
        fail()
    assert type(caught.value) is kind
