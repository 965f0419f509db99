"""The small province with a second depot, KHO2, at its other end, where B4, B5 and B7 live."""

from dataclasses import replace

from province.facts import Province
from province.fleet import VehicleKind
from province.ids import BatchId, CommuneCode, CrewId, SiteId, VehicleId

KHO, KHO2 = SiteId("KHO"), SiteId("KHO2")
SECOND = ("B4", "B5", "B7")
"""Batches that live at the second depot."""


def add_depot(small: Province) -> Province:
    """The small province with a depot near TV4: truck, motorbike (a little dearer) and crews.

    B7 has as many books as B1, of no known titles.
    """
    at, home = small.site_by_id[SiteId("TV4")], small.site_by_id[KHO]
    depot = replace(home, site_id=KHO2, commune_code=CommuneCode("90004"), lon=at.lon, lat=at.lat)
    cars = [car for car in small.vehicles if car.kind is not VehicleKind.BUS]
    return replace(
        small,
        sites=tuple(sorted((*small.sites, depot), key=lambda site: site.site_id)),
        vehicles=(
            *small.vehicles,
            *(
                replace(
                    car,
                    vehicle_id=VehicleId(f"{car.vehicle_id}9"),
                    depot_id=KHO2,
                    cost_vnd_per_km=car.cost_vnd_per_km + 100,
                )
                for car in cars
            ),
        ),
        crews=(
            *small.crews,
            *(
                replace(crew, crew_id=CrewId(f"{crew.crew_id}9"), depot_id=KHO2)
                for crew in small.crews
            ),
        ),
        batches=tuple(
            replace(batch, depot_id=KHO2) if batch.batch_id in SECOND else batch
            for batch in (*small.batches, replace(small.batches[0], batch_id=BatchId("B7")))
        ),
    )
