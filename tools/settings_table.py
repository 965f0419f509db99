"""Brings `docs/settings.md` up to date with the settings that `province/settings.py` knows.

Run ``python -m tools.settings_table``: new settings come in with the unit that their name ends in
and the description from the code, defaults are those of the code, and settings that are gone are
dropped. Units, sentences and sources that were written by hand stay.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from province.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
HEAD = "| key | unit | default | what it says | source |\n|---|---|---|---|---|"
UNITS = {
    "_min": "min", "_vnd": "currency", "_km": "km", "_kg": "kg", "_g": "g", "_mm": "mm",
    "_m": "m", "_months": "months", "_days": "days", "_pct": "%", "_share": "share",
}  # fmt: skip
INTRODUCTION = """\
# All settings

What `province.toml` may say, section by section. A number may be written plainly or with its
source, `{ value = 600, unit = "min", source = "Law 36/2024 art. 64" }`. Amounts of money are in the
province's currency, though names say vnd. The source *assumption* means that nobody measured it,
*own* that it is the province's to say; names in brackets are rows of
`data/facts/operating_parameters.csv`.

This page is kept by `python -m tools.settings_table`; a test holds it against the code.
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the code says of one setting: its description, and its default as it is written."""

    description: str
    default: str


@dataclass(frozen=True, slots=True)
class Line:
    """One setting: its key, and what the page says about it."""

    key: str
    unit: str
    default: str
    sentence: str
    source: str

    def write(self) -> str:
        """Return the row of the table."""
        return f"| `{self.key}` | {self.unit} | {self.default} | {self.sentence} | {self.source} |"


def list_sections() -> Iterator[tuple[str, str, dict[str, Setting]]]:
    """Yield each section of the settings: its heading, its sentence, its settings by key."""
    lone = {}
    for name, field in Settings.model_fields.items():
        parts = [part for part in (field.annotation, *get_args(field.annotation)) if part]
        models = [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]
        if models:
            heading = f"[[{name}]]" if parts[0] is not models[0] else f"[{name}]"
            own = dict(_list_settings(models[0].model_fields))
            yield heading, (models[0].__doc__ or "").splitlines()[0], own
        else:
            lone[name] = field
    sentence = "What stands before the first section, and two tables."
    yield "the file itself", sentence, dict(_list_settings(lone))


def _list_settings(fields: Mapping[str, FieldInfo]) -> Iterator[tuple[str, Setting]]:
    """Yield settings by key; those of a table within the section behind its name and a point."""
    for key, field in fields.items():
        value = field.get_default(call_default_factory=True, validated_data={})
        if isinstance(value, BaseModel):
            for inner, within in type(value).model_fields.items():
                default = _write(getattr(value, inner))
                yield f"{key}.{inner}", Setting(within.description or "", default)
        else:
            default = "required" if field.is_required() else _write(value)
            yield key, Setting(field.description or "", default)


def read_page(text: str) -> dict[tuple[str, str], Line]:
    """Return the rows of a page by heading and key."""
    known = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ").strip("`")
        elif line.startswith("| `"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            row = Line(cells[0].strip("`"), *cells[1:])
            known[heading, row.key] = row
    return known


def write_page(text: str) -> str:
    """Return the page with the settings of the code, and of the old one what people wrote."""
    known = read_page(text)
    parts = [INTRODUCTION]
    for heading, sentence, fields in list_sections():
        rows = [_line(key, one, known.get((heading, key))) for key, one in fields.items()]
        body = "\n".join(row.write() for row in rows)
        parts.append(f"## `{heading}`\n{sentence}\n\n{HEAD}\n{body}\n")
    return "\n".join(parts)


def _line(key: str, setting: Setting, old: Line | None) -> Line:
    sentence = setting.description.replace("|", "\\|")
    if old is not None:
        return Line(key, old.unit, setting.default, old.sentence or sentence, old.source)
    unit = next((unit for end, unit in UNITS.items() if key.endswith(end)), "–")
    source = "assumption" if "assumption" in sentence else "–"
    return Line(key, unit, setting.default, sentence, source)


def _write(value: object) -> str:
    if isinstance(value, str) and not value:
        return "empty"
    if isinstance(value, BaseModel):
        value = value.model_dump()
    return f"`{json.dumps(value, ensure_ascii=False, default=str)}`"


def main() -> None:
    """Write the page, and list settings that no sentence explains."""
    old = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    new = write_page(old)
    PAGE.write_text(new, encoding="utf-8", newline="\n")
    lacking = [f"{where} {key}" for (where, key), row in read_page(new).items() if not row.sentence]
    for name in lacking:
        print(f"no sentence: {name}")
    sys.exit(1 if lacking else 0)


if __name__ == "__main__":
    main()
