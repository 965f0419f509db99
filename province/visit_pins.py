"""What the planner fixed about visits: rows of `visit_pins.csv`, as facts."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from province import cells
from province.dates import Month
from province.ids import CrewId, SiteId, VehicleId, VisitId
from province.visits import Task, Visit


@dataclass(frozen=True, slots=True)
class VisitPin:
    """What is fixed about one visit, or about those of a site.

    Parameters
    ----------
    visit_id, site_id
        The visit, by the id that plans give it, or the site that is served: one of the two.
    task
        With a site: only visits at which this is done; None: all of them.
    day
        The day it must be on. Of several visits of a site it fixes one.
    vehicle_id, crew_id
        Who must come.
    not_before, not_after
        The days between which it must lie, both included.
    """

    pin_id: cells.Id
    visit_id: VisitId | None
    site_id: SiteId | None
    task: Task | None
    day: Annotated[cells.Day | None, cells.Heading("date")]
    vehicle_id: VehicleId | None
    crew_id: CrewId | None
    not_before: cells.Day | None
    not_after: cells.Day | None
    note: cells.Remark

    @property
    def span(self) -> tuple[date, date]:
        """The days on which it allows a visit."""
        first = max(self.not_before or date.min, self.day or date.min)
        return first, min(self.not_after or date.max, self.day or date.max)

    @property
    def rank(self) -> tuple[int, str]:
        """What comes before what: a visit before a site's task, that before a whole site."""
        if self.visit_id is not None:
            return 0, self.pin_id
        return (2 if self.task is None else 1), self.pin_id

    @property
    def fixes_something(self) -> bool:
        """Whether anything stands in its cells that can be fixed."""
        days = (self.day, self.not_before, self.not_after)
        return (*days, self.vehicle_id, self.crew_id) != (None,) * 5

    def concerns(self, month: Month) -> bool:
        """Whether it is about a month: one that has some of its days."""
        first, last = self.span
        return first <= month.last_day and month.first_day <= last

    def is_about(self, visit: Visit) -> bool:
        """Whether it fixes something about a visit, if its month is the right one."""
        if self.visit_id is not None:
            return visit.visit_id == self.visit_id
        return visit.receiver_id == self.site_id and self.task in (None, *visit.tasks)
