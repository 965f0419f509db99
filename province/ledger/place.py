"""Where the ledger of a province lies: a file in its folder, or a database that offices share."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from province.errors import InputError
from province.findings import CellError
from province.ledger_settings import SQLITE, check_url
from province.passwords import hide_passwords
from province.settings import Settings

LEDGER_NAME, HISTORY_NAME = "ledger.sqlite", "ledger.csv"
VARIABLE = "LUANCHUYEN_LEDGER"


@dataclass(frozen=True, slots=True)
class LedgerPlace:
    """Where a ledger lies.

    Parameters
    ----------
    folder
        The province folder: the seal and the pictures of handovers lie there in any case.
    url
        The database; "": `ledger.sqlite` in the folder. It may hold a password: never shown.
    schema
        The part of the database that is the province's.
    """

    folder: Path
    url: str = field(default="", repr=False)
    schema: str = ""

    @property
    def path(self) -> Path:
        """The file, where there is no database."""
        return self.folder / LEDGER_NAME

    @property
    def name(self) -> str:
        """What findings and pages call it; server and user are nobody's business there."""
        return f"postgresql:{self.schema}" if self.url else LEDGER_NAME

    @property
    def address(self) -> str:
        """What those who record are told who must find it: without its password."""
        return f"{hide_passwords(self.url)} ({self.schema})" if self.url else LEDGER_NAME


def find_place(folder: Path, settings: Settings) -> LedgerPlace:
    """Return where the ledger of a province folder lies.

    The environment's `LUANCHUYEN_LEDGER` goes before `[ledger] url` of `province.toml`.

    Raises
    ------
    InputError
        If the variable is no address of a ledger.
    """
    asked = os.environ.get(VARIABLE, "").strip()
    return place_at(folder, settings, asked or settings.ledger.url, source=VARIABLE)


def place_at(folder: Path, settings: Settings, url: str, *, source: str) -> LedgerPlace:
    """Return the place that a URL (or "sqlite") means for a province.

    Raises
    ------
    InputError
        If it is none, naming its source.
    """
    try:
        check_url(url)
    except CellError as error:
        shown = hide_passwords(url)
        raise InputError.of(
            source, "", shown, expected=error.expected, advice=error.advice
        ) from error
    if url in ("", SQLITE):
        return LedgerPlace(folder)
    return LedgerPlace(folder, url, settings.ledger.name_schema(settings.province.code))
