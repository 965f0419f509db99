"""The settings of what may happen in a month, for `simulate`."""

from typing import Annotated

from pydantic import Field

from province.settings_part import Part

Rate = Annotated[float, Field(ge=0, le=100)]
Times = Annotated[float, Field(ge=0, le=1000)]
Spread = Annotated[float, Field(ge=0, le=2)]


class SimulateSettings(Part):
    """What may happen in a month, for `simulate`.

    Where no source is named, they are assumptions.
    """

    closures_per_100_km: Rate = Field(
        0.1, description="closures a month of 100 km of main road in dry weather, on easy ground"
    )
    steep_times: Times = Field(
        3.0, description="how many times as often roads are shut that name a hazard, or are steep"
    )
    steep_from_pct: Rate = Field(
        8.0, description="steepest grade from which a road counts as steep, per cent"
    )
    minor_times: Times = Field(
        1.5, description="how many times as often district and commune roads and tracks are shut"
    )
    wet_times: Times = Field(
        6.0, description="how many times as often roads are shut in the wet months"
    )
    shut_before_times: Times = Field(
        3.0, description="how many times as often roads are shut that closures.csv names already"
    )
    long_share: float = Field(
        0.2, ge=0, le=1, description="share of closures that last days; the others last hours"
    )
    long_days: float = Field(5.0, gt=0, le=60, description="mean days of a long closure")
    short_hours: float = Field(3.0, gt=0, le=24, description="mean hours of a short closure")
    breakdowns_per_100_days: Rate = Field(
        1.0, description="breakdowns of a vehicle in 100 days on the road"
    )
    breakdown_days: float = Field(
        3.0, gt=0, le=60, description="mean days until a vehicle is repaired"
    )
    illness_per_100_days: Rate = Field(
        0.5, description="how often one person falls ill in 100 days"
    )
    illness_days: float = Field(3.0, gt=0, le=60, description="mean days until a crew is back")
    drive_spread: Spread = Field(
        0.12, description="spread of driving times: standard deviation of their logarithm by leg"
    )
    service_spread: Spread = Field(
        0.2, description="spread of minutes on the spot: standard deviation of their logarithm"
    )
    records_worth: Rate = Field(
        30.0, description="how many recorded legs or stops these two spreads count as much as"
    )
    grace_min: int = Field(
        20, ge=0, le=600, description="minutes that a library stays open longer for a late crew"
    )
