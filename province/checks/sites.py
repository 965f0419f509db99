"""Checks that sites fit what is theirs: audiences, hand-over sites, motorbikes, pinned batches."""

import dataclasses
from collections import Counter, defaultdict
from datetime import date

from province.agenda import EntryEffect
from province.facts import Province
from province.findings import Findings
from province.fleet import VehicleKind
from province.ids import SiteId
from province.language import Message, message
from province.places import Site, SiteKind
from province.settings import KindsSettings
from province.stock import Batch
from province.tables.references import Tables, list_lines


def fill_by_kind(sites: tuple[Site, ...], kinds: KindsSettings) -> tuple[Site, ...]:
    """Return the sites, those that name no audiences with the ones of their kind."""
    return tuple(
        dataclasses.replace(site, audiences=site.audiences or kinds.find(site.kind).audiences)
        for site in sites
    )


def check_audiences(province: Province, tables: Tables, findings: Findings) -> None:
    """Add a warning for each site whose audiences no batch suits, and for unlikely ones."""
    lines = list_lines(tables, "libraries.csv", "site_id")
    kinds = province.settings.kinds
    for site in province.sites:
        if not site.takes_rotation:
            continue
        usual = kinds.find(site.kind).audiences
        advice = None
        if usual and site.audiences and not set(usual) & set(site.audiences):
            expected = message("audiences such as {usual} at a {kind}",
                               usual="|".join(usual), kind=site.kind.value)  # fmt: skip
            advice = message("correct the audiences, or say in [kinds.{kind}] who reads there",
                             kind=site.kind.value)  # fmt: skip
        elif province.batches and not _is_suited(province, site):
            expected = message("a batch of which half the books are for these audiences")
            advice = message("compose a batch for them, or name more audiences")
        if advice is not None:
            findings.at("libraries.csv", lines.get(site.site_id), "audiences").warn(
                "|".join(site.audiences), expected=expected, advice=advice
            )


def _is_suited(province: Province, site: Site) -> bool:
    """Whether some batch has half its books for the audiences of a site."""
    categories = province.category_by_id
    return not site.audiences or any(
        2 * sum(
            books
            for category, books in batch.books_by_category
            if category in categories and categories[category].audience in site.audiences
        ) >= batch.books
        for batch in province.batches
    )  # fmt: skip


def check_handovers(province: Province, tables: Tables, findings: Findings) -> None:
    """Add a finding for each hand-over site and each stationed vehicle that cannot work."""
    sites = province.site_by_id
    stationed = Counter(vehicle.depot_id for vehicle in province.vehicles)
    is_sure = not tables["vehicles.csv"].faulty and tables["vehicles.csv"].is_whole
    for line, site, _ in tables["libraries.csv"].rows:
        if not site.handover_site or site.site_id not in sites:
            continue
        if advice := _why_no_handover(site.site_id, sites.get(SiteId(site.handover_site))):
            findings.at("libraries.csv", line, "handover_site").add(
                site.handover_site,
                expected=message("another site that is no depot and has no hand-over site itself"),
                advice=advice,
            )
        elif is_sure and not stationed[site.site_id]:
            findings.at("libraries.csv", line, "handover_site").warn(
                site.handover_site,
                expected=message(
                    "a motorbike in vehicles.csv whose depot_id is {site}", site=site.site_id
                ),
                advice=message("add it, or boxes handed over there stay there"),
            )
    depots = {site.site_id for site in province.depots}
    for line, row, _ in tables["vehicles.csv"].rows:
        is_at_home = row.depot_id in depots or SiteId(row.depot_id) not in sites
        if not is_at_home and (row.kind is not VehicleKind.MOTORBIKE or row.sessions):
            findings.at("vehicles.csv", line, "depot_id").add(
                row.depot_id,
                expected=message("a depot; only motorbikes are stationed at a village"),
                advice=message("name the depot that it starts from"),
            )


def _why_no_handover(site_id: SiteId, handover: Site | None) -> Message | None:
    if handover is None:
        return None
    if handover.kind is SiteKind.DEPOT:
        return message("name the place where the road for cars ends")
    if handover.site_id == site_id or handover.handover_site is not None:
        return message("name a site that a bus, truck or car reaches")
    return None


def check_extra_sessions(province: Province, tables: Tables, findings: Findings) -> None:
    """Add a finding for each extra session that is asked for at no site that takes sessions."""
    lines = list_lines(tables, "calendar.csv", "entry_id")
    sites = province.site_by_id
    for entry in province.calendar:
        if entry.effect is not EntryEffect.EXTRA_SESSION:
            continue
        place = findings.at("calendar.csv", lines.get(entry.entry_id), "site_id")
        site = sites.get(entry.site_id) if entry.site_id else None
        if entry.site_id is None or (site is not None and not site.takes_sessions):
            place.add(
                entry.site_id,
                expected=message("a site where sessions are held"),
                advice=message("name one whose column takes says session or both"),
            )
        if entry.rule:
            place.at("rule").add(
                entry.rule,
                expected=message("no rule: an extra session is held once"),
                advice=message("write a row for each, or correct sessions_per_month of the site"),
            )


def check_pins(province: Province, tables: Tables, findings: Findings) -> None:
    """Add a finding for each pin that cannot be kept.

    A pin that ended before the last entry of the ledger is history.
    """
    lines = list_lines(tables, "batches.csv", "batch_id")
    today = max((entry.day for entry in province.journal), default=date.min)
    pinned: dict[str, list[Batch]] = defaultdict(list)
    for batch in province.batches:
        is_over = batch.pinned_until is not None and batch.pinned_until < today
        if batch.pinned_site is not None and not is_over:
            pinned[batch.pinned_site].append(batch)
    for site_id, batches in sorted(pinned.items()):
        site = province.site_by_id.get(batches[0].pinned_site or batches[0].depot_id)
        if site is None:
            continue
        books = sum(batch.books for batch in batches)
        last = max(batches, key=lambda batch: lines.get(batch.batch_id, 0))
        for batch in batches if not site.takes_rotation else ():
            findings.at("batches.csv", lines.get(batch.batch_id), "pinned_site").add(
                site_id,
                expected=message("a library that takes batches"),
                advice=message("to keep a batch where it is, give resting_until instead"),
            )
        if site.takes_rotation and books > site.capacity_books:
            findings.at("batches.csv", lines.get(last.batch_id), "pinned_site").add(
                site_id,
                expected=message(
                    "a shelf that holds the {books} books of {batches}, not {capacity}",
                    books=books,
                    batches=", ".join(batch.batch_id for batch in batches),
                    capacity=site.capacity_books,
                ),
                advice=message("take a pin away, or correct capacity_books of the library"),
            )
