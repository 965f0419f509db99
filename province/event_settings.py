"""The settings of events: how many points a wish for a session on their days has, and why."""

from typing import Annotated

from pydantic import Field

from province.settings_part import Part

Points = Annotated[int, Field(ge=0, le=100)]


class EventSettings(Part):
    """What the wishes of `wishes.csv` weigh against each other and against the cost of trips."""

    wished_points: Points = Field(2, description="points of every wish; an assumption")
    remote_points: Points = Field(
        1, description="points more of a site three hours or more from the depot; an assumption"
    )
    turn_points: Points = Field(
        1, description="points more for each earlier time of the event in a row at which the site"
        " had neither a session nor promotion on its days; an assumption"
    )  # fmt: skip
    turn_times: int = Field(
        2, ge=0, le=20, description="earlier times of an event that are looked at; an assumption"
    )
    pupils_per_point: int = Field(
        400, ge=1, le=1_000_000, description="pupils of a site for each point more; an assumption"
    )
    pupils_most_points: Points = Field(
        2, description="points that pupils give at most; an assumption"
    )
    language_points: Points = Field(
        1, description="points more of a site that asked for another language than the province's;"
        " an assumption"
    )  # fmt: skip
