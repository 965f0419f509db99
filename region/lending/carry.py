"""Asks for the hand-overs that trips of a month are to make, in the tables of who drives.

A batch that is handed over at another province's depot is a kit of the driver's: `plan`, papers,
`record`, `replan` and `edit` treat it as any other. The depot is a site of its own kind.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from planning.happened.link_road import GEOJSON_NAME, add_link, find_link
from planning.write_facts import write_edits
from province.changes import Change, Edit, LostRow, NewRow
from province.dates import Month
from province.errors import InputError
from province.facts import Province
from province.files.locks import hold_lock
from province.files.whole import write_whole
from province.findings import Findings, advise_nearest_id
from province.ids import SiteId
from province.language import Message, message, translate
from province.lendings import name_borrowed
from province.places import Site, SiteKind
from province.read import read_province
from province.stock import Kit
from region.handover_depot import find_handover_depot
from region.lending.ledgers import RegionLedgers, read_ledgers
from region.lending.settle import settle_lendings
from region.lending.trip_loans import (
    TripLoan,
    TripLoanState,
    find_ready_day,
    list_known_loans,
    list_recorded,
    list_trip_loans,
    tell_state,
)
from region.read_region import Region

KIT = re.compile(r"(?P<loan>\d{4}-LN-\d+)-(?P<direction>out|home)")
"""Ids of kits that are lent batches."""


@dataclass(frozen=True, slots=True)
class CarriedLoans:
    """What was asked for.

    Parameters
    ----------
    loans
        What trips are to carry, with how far it has come.
    edits
        What was written, by the province's folder.
    warnings
        What the planner must do besides.
    """

    loans: tuple[tuple[TripLoan, TripLoanState], ...]
    edits: Mapping[str, tuple[Edit, ...]]
    warnings: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class _Asking:
    """What is being asked for; `provinces` by the name of their folder."""

    region: Region
    month: Month
    provinces: Mapping[str, Province]
    ledgers: RegionLedgers
    wanted: tuple[TripLoan, ...]
    edits: defaultdict[str, list[Edit]] = field(default_factory=lambda: defaultdict(list))
    warnings: list[Message] = field(default_factory=list)

    def day_before(self) -> date:
        """Return the last day before the month."""
        return self.month.plus(-1).last_day

    def is_gone(self, one: TripLoan) -> bool:
        """Whether the sender's ledger says that a batch was handed over."""
        return self.ledgers.find(one.sender, one.loan.loan, one.step) is not None


def carry_loans(region: Region, month: Month, *, undo: bool = False) -> CarriedLoans:
    """Write what trips of a month are to carry into the tables of the provinces that drive.

    Run again, it writes what has changed since: rows of loans that the exchange plan no longer
    gives to a trip of the month are taken out, unless something was recorded of them. The owner's
    batch rests until the end of the month, so that no trip takes it to a library.

    Parameters
    ----------
    undo
        Take the rows of the month out instead.

    Raises
    ------
    InputError
        With every loan that cannot be carried so, and every fault of a province; nothing is
        written then.
    BusyError
        If another program writes there. What was written before stays; run it again.
    """
    settle_lendings(region)
    wanted = list_trip_loans(region, month)
    provinces = {folder.name: read_province(folder) for folder in region.provinces}
    findings = Findings()
    for one in wanted:
        _refuse_strange(provinces, one, findings)
    if findings.faults:
        raise InputError(findings.faults)
    asking = _Asking(region, month, provinces, read_ledgers(region), () if undo else wanted)
    links = dict(_ask_for_places(asking))
    for one in asking.wanted:
        _ask(asking, one)
    for name in sorted(provinces):
        _take_back(asking, name)
    for name in sorted({*asking.edits, *links}):
        _write(provinces[name].folder, asking.edits[name], links.get(name, b""))
    now = {name: read_province(provinces[name].folder) for name in {o.run.driver for o in wanted}}
    told = tuple((one, tell_state(one, now[one.run.driver], asking.ledgers)) for one in wanted)
    edits = {name: tuple(own) for name, own in sorted(asking.edits.items()) if own}
    return CarriedLoans(() if undo else told, edits, tuple(asking.warnings))


def _refuse_strange(provinces: Mapping[str, Province], one: TripLoan, findings: Findings) -> None:
    """Add a finding for each folder that is not there, and for a batch that its owner lacks."""
    spot = findings.at(f"sharing.json, {one.loan.loan}")
    for column, name in (("driver", one.run.driver), ("other", one.run.other)):
        if name not in provinces:
            spot.at(column).add(
                name,
                expected=message("a province folder of this region"),
                advice=advise_nearest_id(name, list(provinces)),
            )
    owner = provinces.get(one.loan.owner)
    if owner is not None and one.loan.batch not in owner.batch_by_id:
        spot.at("batch").add(
            one.loan.batch,
            expected=message("a batch of its own in {file}", file=f"{one.loan.owner}/batches.csv"),
            advice=advise_nearest_id(one.loan.batch, list(owner.batch_by_id)),
        )


def _ask_for_places(asking: _Asking) -> Iterator[tuple[str, bytes]]:
    """Ask for the depots that trips drive to; yield the roads of a driver that leads to none."""
    for driver, other in sorted({(one.run.driver, one.run.other) for one in asking.wanted}):
        province, partner = asking.provinces[driver], asking.provinces[other]
        place = find_handover_depot(partner, asking.day_before())
        row = _make_site(province, partner, place)
        there = province.site_by_id.get(SiteId(row["site_id"]))
        asking.edits[driver] += _edit_row(
            "libraries.csv", row["site_id"], row, None if there is None else _tell_site(there)
        )
        named = replace(place, site_id=SiteId(row["site_id"]))
        link = find_link(province, named, asking.region.sharing.detour)
        if link is None:
            continue
        if any(segment.start_node is not None for segment in province.segments):
            asking.warnings.append(message(
                "no road of {driver} leads to {place}: import its roads again, with an extract "
                "that has the way there", driver=driver, place=place.name,
            ))  # fmt: skip
            continue
        asking.warnings.append(message(
            "{driver}: a straight road of {length} km to {place} was added to {file}; draw the "
            "real one", driver=driver, length=round(link.length_m / 1000), place=place.name,
            file=GEOJSON_NAME,
        ))  # fmt: skip
        yield driver, add_link(province.folder, link)


def _make_site(province: Province, partner: Province, depot: Site) -> dict[str, str]:
    """Return the row of another province's depot, in the nearest commune of the driver."""
    near = min(
        province.communes,
        key=lambda one: (
            (one.seat_lon - depot.lon) ** 2 + (one.seat_lat - depot.lat) ** 2, one.code
        ),
    )  # fmt: skip
    us = partner.settings.province
    return {
        "site_id": name_borrowed(partner.folder.name, depot.site_id),
        "name": f"{depot.name} ({us.name})", "kind": SiteKind.PARTNER_DEPOT.value,
        "commune_code": near.code, "lon": f"{depot.lon}", "lat": f"{depot.lat}", "takes": "none",
        "hours": depot.hours, "phone": depot.phone, "keyholder": depot.keyholder,
    }  # fmt: skip


def _tell_site(site: Site) -> dict[str, str]:
    return {
        "site_id": site.site_id, "name": site.name, "kind": site.kind.value,
        "commune_code": site.commune_code, "lon": f"{site.lon}", "lat": f"{site.lat}",
        "takes": "none", "hours": site.hours, "phone": site.phone, "keyholder": site.keyholder,
    }  # fmt: skip


def _ask(asking: _Asking, one: TripLoan) -> None:
    """Ask for the kit that a batch is, and keep the batch at home until it goes."""
    driver, other = asking.provinces[one.run.driver], asking.provinces[one.run.other]
    if asking.is_gone(one) or one.kit_id in list_recorded(driver):
        return
    sender = asking.provinces[one.sender]
    if one.batch_id not in sender.batch_by_id:
        asking.warnings.append(message("{loan}: it was not handed over yet, so that it cannot come "
                                       "home", loan=one.loan.loan))  # fmt: skip
        return
    ready = find_ready_day(sender, one.batch_id, asking.month)
    if ready is None:
        asking.warnings.append(message(
            "{loan}: {batch} is at no depot of {sender} in {month}: plan the month there first, "
            "then run this again",
            loan=one.loan.loan, batch=one.batch_id, sender=one.sender, month=str(asking.month),
        ))  # fmt: skip
        return
    place = name_borrowed(one.run.other, find_handover_depot(other, asking.day_before()).site_id)
    row, there = _make_kit(asking, one, ready, place), driver.kit_by_id.get(one.kit_id)
    asking.edits[one.run.driver] += _edit_row(
        "kits.csv", one.kit_id, row, None if there is None else _tell_kit(there)
    )
    batch = sender.batch_by_id[one.batch_id]
    last = asking.month.last_day
    if one.direction == "out" and (batch.resting_until is None or batch.resting_until < last):
        asking.edits[one.sender].append(
            Change("batches.csv", batch.batch_id, "resting_until", last.isoformat())
        )


def _make_kit(asking: _Asking, one: TripLoan, ready: date, place: str) -> dict[str, str]:
    driver, owner = asking.provinces[one.run.driver], asking.provinces[one.loan.owner]
    batch = owner.batch_by_id[one.loan.batch]
    to = asking.provinces[one.loan.borrower if one.direction == "out" else one.loan.owner]
    name = translate(
        message("{batch}, loan {loan}, to {province}", batch=batch.name, loan=one.loan.loan,
                province=to.settings.province.name),
        driver.settings.province.language,
    )  # fmt: skip
    return {
        "kit_id": one.kit_id, "name": name, "site_id": place, "boxes": f"{batch.boxes}",
        "mass_kg": f"{batch.mass_kg:g}", "ready_date": ready.isoformat(),
        "due_date": asking.month.last_day.isoformat(),
        "depot_id": find_handover_depot(driver, asking.day_before()).site_id,
        "fetch": "yes" if one.is_fetched else "",
    }  # fmt: skip


def _tell_kit(kit: Kit) -> dict[str, str]:
    return {
        "kit_id": kit.kit_id, "name": kit.name, "site_id": kit.site_id, "boxes": f"{kit.boxes}",
        "mass_kg": f"{kit.mass_kg:g}", "ready_date": kit.ready_date.isoformat(),
        "due_date": kit.due_date.isoformat(), "depot_id": kit.depot_id or "",
        "fetch": "yes" if kit.fetch else "",
    }  # fmt: skip


def _edit_row(
    file: str, row_id: str, wanted: Mapping[str, str], there: Mapping[str, str] | None
) -> Iterator[Edit]:
    """Yield what makes a row say what is wanted; `there` is what it says, None if there is none.

    Only what is asked for is compared: other columns are the planner's.
    """
    if there is None:
        yield NewRow(file, row_id, tuple((key, cell) for key, cell in wanted.items() if cell))
        return
    for column, cell in wanted.items():
        if there[column] != cell:
            yield Change(file, row_id, column, cell)


def _take_back(asking: _Asking, name: str) -> None:
    """Take out what a trip of the month no longer carries; its batch need not rest any more."""
    province = asking.provinces[name]
    kept = {one.kit_id for one in asking.wanted if one.run.driver == name}
    recorded = list_recorded(province)
    for kit in province.kits:
        found = KIT.fullmatch(kit.kit_id)
        is_own = found is not None and Month.of(kit.due_date) == asking.month
        if found is None or not is_own or kit.kit_id in kept or kit.kit_id in recorded:
            continue
        asking.edits[name].append(LostRow("kits.csv", kit.kit_id))
        if found["direction"] == "out":
            _end_rest(asking, found["loan"])


def _end_rest(asking: _Asking, name: str) -> None:
    """Let the batch of a loan move again that no trip of the month carries any more."""
    loan = list_known_loans(asking.region).get(name)
    owner = asking.provinces.get(loan.owner) if loan else None
    batch = owner.batch_by_id.get(loan.batch) if owner and loan else None
    if loan and batch and batch.resting_until == asking.month.last_day:
        asking.edits[loan.owner].append(Change("batches.csv", loan.batch, "resting_until", ""))


def _write(folder: Path, edits: list[Edit], roads: bytes) -> None:
    with hold_lock(folder):
        if edits:
            write_edits(folder, edits)
        if roads:
            write_whole((folder / GEOJSON_NAME).resolve(), roads)
