"""Reads what ships about a province: its communes, and the counts a first folder starts from."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import shapely
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from shapely.geometry import shape

from planning.first_folder.commune_file import CommuneShape
from province.cells import clean_text
from province.errors import InputError
from province.findings import Findings, advise_nearest_word
from province.language import Message, message
from province.letters import plain_letters
from province.places import SiteKind
from province.shipped import find_shipped

PROVINCES, COMMUNES = "provinces.toml", "communes.geojson"

Share = Annotated[float, Field(ge=0, le=1)]
APiece = Annotated[float, Field(ge=0, le=5)]


class FirstCounts(BaseModel):
    """How many of everything a first folder proposes; all of it assumptions (`provinces.toml`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    main_kinds: tuple[SiteKind, ...] = Field(min_length=1)
    enrolled_share: Share
    schools_per_commune: APiece
    sessions_per_month: int = Field(ge=0, le=31)
    session_min: int = Field(ge=0, le=1440)
    legal_per_commune: APiece
    private_per_commune: APiece
    border_posts_share: Share
    lodging_per_commune: APiece
    lodging_beds: int = Field(ge=0, le=1000)
    shelf_books: int = Field(ge=0, le=100_000)
    reach_share: Share
    pupil_share: Share
    school_pupil_share: Share
    batches_per_library: float = Field(gt=0, le=10)
    local_batches_share: Share
    communes_per_bus: float = Field(ge=1, le=1000)
    communes_per_truck: float = Field(ge=1, le=1000)
    bus_crew: int = Field(ge=1, le=20)
    truck_crew: int = Field(ge=1, le=20)


@dataclass(frozen=True, slots=True)
class KnownCommune:
    """A commune as it ships.

    Parameters
    ----------
    seat
        (lon, lat).
    outline
        Polygon or polygons in EPSG:4326 degrees.
    cells
        What `communes.geojson` says of it.
    """

    code: str
    name: str
    kind: str
    population: int
    is_border: bool
    seat: tuple[float, float]
    outline: Any
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KnownProvince:
    """What ships about a province.

    Parameters
    ----------
    languages
        Share of the people that reads each language beside Vietnamese.
    population_off_percent
        How far the sum of the communes' populations is off the official one; 0: they agree.
    bends
        Road kilometres per straight kilometre by class of road.
    """

    code: str
    name: str
    depot_commune: str
    languages: Mapping[str, float]
    population_off_percent: float
    bends: Mapping[str, float]
    counts: FirstCounts
    communes: tuple[KnownCommune, ...]


def read_known_province(wanted: str, counts: Path | None = None) -> KnownProvince:
    """Return what ships about a province of this code or name; marks and case do not matter.

    Parameters
    ----------
    counts
        A file with a planner's own ``[counts]``.

    Raises
    ------
    InputError
        If there is no such province, or the planner's counts are faulty.
    """
    known = tomllib.loads(find_shipped(PROVINCES).read_text(encoding="utf-8"))
    provinces: dict[str, Any] = known["provinces"]
    names = {code: str(own["name"]) for code, own in provinces.items()}
    code = _find_code(wanted, names)
    own = provinces[code]
    return KnownProvince(
        code,
        names[code],
        str(own["depot_commune"]),
        own["languages"],
        float(own.get("population_off_percent", 0)),
        known["bends"],
        _read_counts(counts) if counts else FirstCounts.model_validate(known["counts"]),
        _read_communes(code),
    )


def _find_code(wanted: str, names: Mapping[str, str]) -> str:
    """Return the code of the province that is called so."""
    if wanted.strip() in names:
        return wanted.strip()
    plain = plain_letters(clean_text(wanted))
    for code, name in names.items():
        if plain == plain_letters(name):
            return code
    choices = ", ".join(f"{code} {name}" for code, name in sorted(names.items()))
    raise InputError.of(
        "--province", "", wanted,
        expected=message("one of {choices}", choices=choices),
        advice=advise_nearest_word(wanted, sorted(names.values())),
    )  # fmt: skip


def _read_counts(path: Path) -> FirstCounts:
    """Return the counts of a planner's file.

    Raises
    ------
    InputError
        If the file cannot be read, or with every value that cannot be right.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        return FirstCounts.model_validate(tomllib.loads(text).get("counts", {}))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError.of(
            path.name, "", str(error)[:80],
            expected=message("a TOML file with a part [counts]"),
            advice=message("copy [counts] of the shipped provinces.toml and change what differs"),
        ) from error  # fmt: skip
    except ValidationError as error:
        findings = Findings()
        for fault in error.errors():
            findings.at(path.name, None, ".".join(("counts", *map(str, fault["loc"])))).add(
                fault["input"] if isinstance(fault["input"], int | float | str) else "",
                expected=message("a value like that of the shipped provinces.toml"),
                advice=Message(fault["msg"].replace("{", "(").replace("}", ")")),
            )
        raise InputError(findings.faults) from error


def _read_communes(code: str) -> tuple[KnownCommune, ...]:
    """Return the shipped communes of a province, sorted by code."""
    features = json.loads(find_shipped(COMMUNES).read_text(encoding="utf-8"))["features"]
    communes = []
    for feature in features:
        cells = feature["properties"]
        if cells["province_code"] == code:
            communes.append(
                KnownCommune(
                    cells["code"], cells["name"], cells["kind"], cells["population"],
                    cells["is_border"], (cells["seat_lon"], cells["seat_lat"]),
                    shape(feature["geometry"]), cells,
                )
            )  # fmt: skip
    return tuple(sorted(communes, key=lambda commune: commune.code))


def take_outlines(
    communes: tuple[KnownCommune, ...], shapes: tuple[CommuneShape, ...], file: str
) -> tuple[KnownCommune, ...]:
    """Return the communes with the outlines, and seats where it has them, of a planner's file.

    Raises
    ------
    InputError
        With every commune that the file lacks by code.
    """
    by_code = {own.code: own for own in shapes}
    findings = Findings()
    taken = []
    for commune in communes:
        own = by_code.get(commune.code)
        if own is None:
            findings.at(file, None, "code").add(
                commune.code,
                expected=message("an outline of {name} under this code", name=commune.name),
                advice=message("give each polygon the statistics office's code of five digits"),
            )
            continue
        seat = own.seat or commune.seat
        if not own.outline.covers(shapely.Point(seat)):
            spot = own.outline.representative_point()
            seat = (spot.x, spot.y)
        changed = {"seat_lon": round(seat[0], 5), "seat_lat": round(seat[1], 5)}
        cells = {**commune.cells, **changed, "schematic": False}
        if seat != commune.seat:
            cells["seat_source"] = file
        taken.append(replace(commune, seat=seat, outline=own.outline, cells=cells))
    if findings.faults:
        raise InputError(findings.faults)
    return tuple(taken)
