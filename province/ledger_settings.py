"""The settings of the ledger: where it lies when several offices share it."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from province.findings import CellError
from province.language import message
from province.settings_part import Part

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
SQLITE = "sqlite"
"""What `LUANCHUYEN_LEDGER` says where the file in the folder is meant after all."""


def check_url(text: str) -> str:
    """Return the address of a ledger; `CellError` when it is none.

    "" and `SQLITE` stand for `ledger.sqlite` in the province folder.
    """
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in SCHEMES and parts.port != 0 and len(parts.path) > 1
    except ValueError:  # a port that is no number
        is_url = False
    if text not in ("", SQLITE) and not is_url:
        raise CellError(
            message("a URL like {example}", example="postgresql://name@server/database"),
            message("correct it; take the line away to keep the ledger in the folder"),
        )
    return text


class LedgerSettings(Part):
    """Where the ledger lies (docs/ledger.md); the environment's LUANCHUYEN_LEDGER goes before."""

    url: str = Field(
        "", repr=False, description="address of the PostgreSQL database that offices share, like"
        " postgresql://name@server/database; empty: ledger.sqlite in the folder"
    )  # fmt: skip
    schema_name: Annotated[str, Field(pattern=r"^([a-z_][a-z0-9_]{0,50})?$")] = Field(
        "", description="schema of the database with this province's ledger; empty: luanchuyen_"
        " and the code of the province"
    )  # fmt: skip

    @field_validator("url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        return check_url(value)

    def name_schema(self, province_code: str) -> str:
        """Return the schema in which a province's ledger lies."""
        plain = re.sub(r"[^a-z0-9_]", "_", province_code.lower())[:40]
        return self.schema_name or f"luanchuyen_{plain}"
