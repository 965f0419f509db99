"""Reads `province.toml`; when it has faults, what can be trusted still serves to check the rest."""

import copy
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from province.amounts import count_decimals, count_smallest
from province.cells import MOST_VND
from province.cost_settings import AMOUNTS_IN_VND, CostSettings
from province.countries import own_currency
from province.files.foreign import ForeignError, read_foreign
from province.files.settings_text import SETTINGS_NAME
from province.findings import Findings, Spot
from province.language import message
from province.ledger_settings import LedgerSettings
from province.settings import CategorySettings, ProvinceSettings, Settings, split_sources
from province.tables.files import read_text
from province.tables.row_faults import add_faults

RETIRED = (("service", "readers_per_session"),)
"""Settings of earlier versions that plan nothing any more; folders may have them still."""

PLACEHOLDER = Settings(
    province=ProvinceSettings(code="", name=""),
    categories=(CategorySettings(id="-", subject="", audience="adult", language="", name=""),),
)


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """The settings as far as they could be read.

    Parameters
    ----------
    settings
        With defaults in the place of faulty values.
    category_ids
        Ids of all categories, those of faulty ones included; None when they cannot be known.
    province_code
        "" when it cannot be known.
    criterion_ids, report_ids
        Ids of the criteria of models, and of the reports that are due, as `category_ids`.
    knows_ledger
        Whether what they say of the ledger's place is without a fault.
    """

    settings: Settings
    category_ids: frozenset[str] | None
    province_code: str
    criterion_ids: frozenset[str] | None
    report_ids: frozenset[str] | None
    knows_ledger: bool = False


def read_settings(folder: Path, findings: Findings) -> SettingsRead:
    """Return the settings of `province.toml`; faults go into the findings."""
    text = read_text(folder / SETTINGS_NAME, SETTINGS_NAME, findings, is_required=True)
    # Tables are read in NFC too: an id of a category is then the same in both.
    raw = None
    if text is not None:
        raw = parse_toml(unicodedata.normalize("NFC", text), SETTINGS_NAME, findings)
    if raw is None:
        return SettingsRead(PLACEHOLDER, None, "", None, None)
    plain, sources = split_sources(raw)
    _take_out_retired(plain, findings)
    faulty: set[int | str] = set()
    file = copy.deepcopy(plain)
    _count_in_smallest(plain, findings)
    try:
        settings = Settings.model_validate(plain | {"sources": sources})
        _check_amounts(settings, findings)
    except ValidationError as error:
        add_faults(error, file, findings.at(SETTINGS_NAME))
        faulty = {fault["loc"][0] for fault in error.errors() if fault["loc"]}
        settings = _without_faults(plain, error)
    categories, criteria = _raw_ids(plain, "categories"), _raw_ids(plain, "criteria")
    reports = _raw_ids(plain, "reports")
    code = settings.province.code
    knows_ledger = "ledger" not in faulty and bool(code or not settings.ledger.url)
    return SettingsRead(settings, categories or None, code, criteria, reports, knows_ledger)


def _take_out_retired(plain: dict[str, Any], findings: Findings) -> None:
    for part, name in RETIRED:
        own = plain.get(part)
        if isinstance(own, dict) and name in own:
            findings.at(SETTINGS_NAME, None, f"{part}.{name}").warn(
                own.pop(name),
                expected=message("a setting that exists"),
                advice=message("take the line away: nothing is planned by it any more"),
            )


def _count_in_smallest(plain: dict[str, Any], findings: Findings) -> None:
    """Count prices and what wishes count in the smallest unit of the currency, in place.

    What is no amount at all stays as it is, for the settings to refuse.
    """
    own, costs, rotation = (plain.get(part) for part in ("province", "costs", "rotation"))
    us = own if isinstance(own, dict) else {}
    currency = us.get("currency", own_currency(us))
    decimals = count_decimals(currency) if isinstance(currency, str) else 0
    if decimals and isinstance(costs, dict):
        for name in CostSettings.model_fields:
            if _is_number(costs.get(name)):
                place = findings.at(SETTINGS_NAME, None, f"costs.{name}")
                costs[name] = _count_one(costs[name], currency, place)
    if decimals and isinstance(rotation, dict) and _is_number(rotation.get("uses_per_million")):
        rotation["uses_per_million"] /= 10**decimals


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _count_one(amount: float, currency: str, place: Spot) -> int:
    """Return an amount in the smallest unit; with a finding, nothing, where that cannot be."""
    if not 0 <= amount <= MOST_VND / 10 ** count_decimals(currency):
        expected = message("an amount in {currency}", currency=currency)
        advice = message("correct the number")
    elif (smallest := count_smallest(amount, currency)) is not None:
        return smallest
    else:
        expected = message(
            "an amount with at most {count} decimals", count=count_decimals(currency)
        )
        advice = message("round it")
    place.add(amount, expected=expected, advice=advice)
    return 0


def _check_amounts(settings: Settings, findings: Findings) -> None:
    """Add the amounts that a folder in another currency than đồng leaves to their defaults."""
    currency = settings.province.currency
    for key in AMOUNTS_IN_VND if currency != "VND" else ():
        part, name = key.split(".")
        own = getattr(settings, part)
        if name not in own.model_fields_set:
            findings.at(SETTINGS_NAME, None, key).add(
                "",
                expected=message("an amount in {currency}", currency=currency),
                advice=message(
                    "give it: the default of {value} is meant in {default_currency}",
                    value=type(own).model_fields[name].default,
                    default_currency="VND",
                ),
            )


def parse_toml(text: str, file: str, findings: Findings) -> dict[str, Any] | None:
    """Return what a file of settings holds; None, and a finding at the line, if it is no TOML."""
    try:
        return read_foreign(lambda: tomllib.loads(text))
    except ForeignError as error:
        found = re.search(r"at line (\d+)", error.text)
        lines = text.splitlines()
        line = int(found[1]) if found else max(1, len(lines))
        findings.at(file, line).add(
            lines[line - 1] if line <= len(lines) else "",
            expected=message("a file in the TOML format"),
            advice=message("correct the line, or copy it from an example"),
        )
        return None


def _raw_ids(plain: dict[str, Any], name: str) -> frozenset[str]:
    found = plain.get(name)
    parts = found if isinstance(found, list) else []
    return frozenset(str(part["id"]) for part in parts if isinstance(part, dict) and "id" in part)


def _without_faults(plain: dict[str, Any], error: ValidationError) -> Settings:
    """Return the settings with every part that has a fault it cannot do without left out."""
    kept = copy.deepcopy(plain)
    for fault in error.errors():
        _drop(kept, fault["loc"])
    try:
        return Settings.model_validate(kept)
    except ValidationError:
        own = kept.get("province")
        code = own.get("code", "") if isinstance(own, dict) else ""
        part = PLACEHOLDER.province.model_copy(update={"code": code})
        ledger = LedgerSettings.model_validate(kept.get("ledger", {}))
        return PLACEHOLDER.model_copy(update={"province": part, "ledger": ledger})


def _drop(kept: Any, loc: tuple[int | str, ...]) -> None:
    """Take a part out; of a fault in a key itself pydantic says so behind it."""
    loc = loc[:-1] if loc[-1:] == ("[key]",) else loc
    inside = kept
    for key in loc[:-1]:
        is_index = isinstance(inside, list) and isinstance(key, int) and key < len(inside)
        if not is_index and not (isinstance(inside, dict) and key in inside):
            return
        inside = inside[key]
    if isinstance(inside, dict):
        inside.pop(loc[-1], None)
