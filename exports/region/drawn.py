"""The map of a region: communes of all its provinces, what each gets in the month."""

import dataclasses
from dataclasses import dataclass, field

from markupsafe import Markup

from exports.papers.overview import MAIN_ROADS, TINTS, draw_tints
from planning.figures import Service, find_services
from province.facts import Province
from province.ids import CommuneCode
from province.places import Commune, Site
from province.roads import Segment
from region.months import ProvinceMonth

UNPLANNED = "#d9d9d6"
"""Tint of communes whose province has no plan."""


@dataclass(slots=True)
class DrawnRegion:
    """What is drawn of the provinces seen so far; nothing else of them is kept."""

    like: Province | None = None
    communes: list[Commune] = field(default_factory=list)
    roads: list[Segment] = field(default_factory=list)
    depots: list[Site] = field(default_factory=list)
    tints: dict[CommuneCode, str] = field(default_factory=dict)

    def add(self, one: ProvinceMonth) -> None:
        """Take up a province; one that cannot be read leaves its place white."""
        if one.province is None:
            return
        self.like = one.province
        self.communes += one.province.communes
        self.roads += [s for s in one.province.segments if s.road_class in MAIN_ROADS]
        self.depots += one.province.depots
        services = find_services(one.plan, one.province) if one.plan else {}
        self.tints |= {code: TINTS[service] for code, service in services.items()}
        if one.plan is not None:
            none = {commune.code: TINTS[Service.NONE] for commune in one.province.communes}
            self.tints = none | self.tints

    def draw(self, label: str) -> Markup | None:
        """Return the map as SVG; None where no province could be read."""
        if self.like is None:
            return None
        whole = dataclasses.replace(
            self.like, communes=tuple(self.communes), segments=tuple(self.roads),
            sites=tuple(self.depots),
        )  # fmt: skip
        return draw_tints(whole, self.tints, UNPLANNED, label)
