"""Reads which months of a rollout are to be planned, with which vehicles, as a planner types it."""

from collections.abc import Sequence
from dataclasses import dataclass

from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.findings import Finding, advise_nearest_id
from province.ids import VehicleId
from province.language import message

ASKED = "rollout"


@dataclass(frozen=True, slots=True)
class AskedMonths:
    """The last month of each year that is asked about (none: nothing is planned), and vehicles.

    `vehicles` is empty where all there are are meant.
    """

    months: tuple[Month, ...]
    vehicles: tuple[VehicleId, ...]


def read_check(
    province: Province, years: str | None, vehicles: Sequence[str], *, first: int, last: int
) -> AskedMonths:
    """Return what is to be planned.

    Parameters
    ----------
    years
        Years with commas between them; None: nothing.
    first, last
        Years of the rollout.

    Raises
    ------
    InputError
        With every year that is not of the rollout and every vehicle that starts from no depot.
    """
    findings = []
    months = []
    for text in () if years is None else years.split(","):
        word = text.strip()
        if word.isascii() and word.isdigit() and first <= int(word) <= last:
            months.append(Month(int(word), 12))
            continue
        expected = message("a year from {first} to {last}", first=first, last=last)
        findings.append(
            Finding(ASKED, None, "--check", word, expected, message("correct the year"))
        )
    fleet = [vehicle.vehicle_id for vehicle in province.fleet]
    for name in vehicles:
        if name not in fleet:
            findings.append(
                Finding(
                    ASKED, None, "--vehicle", name, message("a vehicle that starts from a depot"),
                    advise_nearest_id(name, fleet),
                )
            )  # fmt: skip
    if vehicles and not months and not findings:
        findings.append(
            Finding(
                ASKED, None, "--vehicle", ", ".join(vehicles), message("years with --check"),
                message("add --check with the years to plan"),
            )
        )  # fmt: skip
    if findings:
        raise InputError(findings)
    return AskedMonths(tuple(months), tuple(VehicleId(name) for name in vehicles))
