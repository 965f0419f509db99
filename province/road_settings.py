"""The settings of roads: where sites meet them, and how fast they are."""

from typing import Annotated

from pydantic import Field

from province.roads import RoadClass
from province.settings_part import Part

SpeedFactor = Annotated[float, Field(gt=0, le=3)]


class RoadSettings(Part):
    """How sites meet the road network."""

    max_snap_m: float = Field(2000.0, gt=0, le=100_000)
    speed_factor: SpeedFactor = Field(1.0, description="multiplies every speed")
    class_factors: dict[RoadClass, SpeedFactor] = Field(
        default_factory=dict, description="multiplies the speeds of a road class as well; a class"
        " that is not named: 1; `luanchuyen learn` proposes them"
    )  # fmt: skip
    road_factors: dict[str, SpeedFactor] = Field(
        default_factory=dict, description="multiplies the speeds of single roads as well, by number"
        " (`QL6`, `\"ĐT.108\"`) or else by name; `luanchuyen learn` proposes them from tracks"
    )  # fmt: skip
    attribution: str = ""

    def find_factor(self, road_class: RoadClass) -> float:
        """Return what multiplies the speeds of a road class."""
        return self.speed_factor * self.class_factors.get(road_class, 1.0)
