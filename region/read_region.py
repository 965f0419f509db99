"""Reads `region.toml`: which province folders make up a region."""

import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from province.errors import InputError
from province.files.settings_text import SETTINGS_NAME
from province.findings import Finding, Findings
from province.language import REGION_LANGUAGE, Language, message
from province.read.settings import parse_toml
from province.tables.files import read_text
from province.tables.row_faults import add_faults
from region.sharing_settings import SharingSettings

REGION_NAME = "region.toml"


class _Own(BaseModel):
    """The section `[region]`.

    Attributes
    ----------
    name
        What pages call the region; the folder's name if left out.
    language
        Of the region's own page and answers; each province keeps the one of its folder.
    provinces
        Names of province folders inside the region's; every one that is there if left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = ""
    language: Language = REGION_LANGUAGE
    provinces: tuple[str, ...] = ()


class _RegionFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    region: _Own = _Own()
    sharing: SharingSettings = SharingSettings()


@dataclass(frozen=True, slots=True)
class Region:
    """A folder of province folders; `sharing` is what may be lent between them."""

    folder: Path
    name: str
    language: Language
    provinces: tuple[Path, ...]
    sharing: SharingSettings = field(default_factory=SharingSettings)


def name_folder(fault: Finding, folder: Path) -> Finding:
    """Return a fault of a province as one of the region: its file with the folder before it."""
    return replace(fault, file=f"{folder.name}/{fault.file}")


def read_region(folder: Path) -> Region:
    """Return the region of a folder; the province folders themselves are not read.

    Raises
    ------
    InputError
        With every fault of `region.toml`.
    """
    findings = Findings()
    text = read_text(folder / REGION_NAME, REGION_NAME, findings, is_required=True)
    raw = None
    if text is not None:
        raw = parse_toml(unicodedata.normalize("NFC", text), REGION_NAME, findings)
    if raw is None:
        raise InputError(findings.faults)
    try:
        file = _RegionFile.model_validate(raw)
    except ValidationError as error:
        add_faults(error, raw, findings.at(REGION_NAME))
        raise InputError(findings.faults) from None
    own = file.region
    provinces = _find_provinces(folder, own.provinces, findings)
    if findings.faults:
        raise InputError(findings.faults)
    return Region(folder, own.name or folder.resolve().name, own.language, provinces, file.sharing)


def _find_provinces(folder: Path, names: tuple[str, ...], findings: Findings) -> tuple[Path, ...]:
    here = findings.at(REGION_NAME, None, "region.provinces")
    inside = {
        unicodedata.normalize("NFC", path.parent.name): path.parent
        for path in sorted(folder.glob(f"*/{SETTINGS_NAME}"))
    }
    for name in names:
        if name not in inside:
            here.add(
                name,
                expected=message("a province folder inside {folder}", folder=folder.name),
                advice=message("copy it there, or make one with: luanchuyen new"),
            )
    for name in sorted({name for name in names if names.count(name) > 1}):
        here.add(
            name,
            expected=message("each province once"),
            advice=message("take the second one out"),
        )
    if not inside and not names:
        here.add(
            "",
            expected=message("at least one province folder inside {folder}", folder=folder.name),
            advice=message("copy it there, or make one with: luanchuyen new"),
        )
    return tuple(inside[name] for name in (names or inside) if name in inside)
