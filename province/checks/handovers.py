"""Checks that hand-over sites and the motorbikes of the villages beyond them fit together."""

from collections import Counter

from province.facts import Province
from province.findings import Findings
from province.fleet import VehicleKind
from province.ids import SiteId
from province.language import Message, message
from province.places import Site, SiteKind
from province.tables.references import Tables


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
