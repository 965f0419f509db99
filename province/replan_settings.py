"""The settings of planning again: what it counts that announced visits change."""

from typing import Annotated

from pydantic import Field

from province.settings_part import Part, PositiveInt

Steps = Annotated[float, Field(ge=0, le=100)]


class ReplanSettings(Part):
    """What it counts that `replan` changes what was announced, in steps of priority.

    A step is `CostSettings.unserved_vnd_per_priority`. All are assumptions.
    """

    lost_steps: Steps = Field(
        1.0, description="a visit that was announced and is not served, beside its priority"
    )
    moved_day_steps: Steps = Field(0.2, description="a visit on another day")
    moved_time_steps: Steps = Field(
        0.05, description="a visit that begins earlier or later by more than `shift_min`"
    )
    moved_vehicle_steps: Steps = Field(0.03, description="a visit with another vehicle")
    moved_crew_steps: Steps = Field(0.02, description="a visit with another crew")
    moved_order_steps: Steps = Field(
        0.01, description="a visit after another stop of its day than before"
    )
    shift_min: int = Field(
        30, ge=0, le=1440, description="minutes earlier or later that trouble nobody"
    )
    notice_days: PositiveInt = Field(
        14, le=366, description="how many days before it a visit's notice has been sent"
    )
    notice_times: Annotated[float, Field(ge=1, le=100)] = Field(
        2.0,
        description="so many times a change counts once the notice is sent; twice that much on the"
        " last day",
    )
