"""What travelling says about a province: found once, and passed on to all that ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from planning.busy_days import take_past_days, take_reserved_days
from planning.resting import list_resting
from planning.visits import list_visits
from planning.withheld import list_shut_months, list_withheld
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, SiteId
from province.past import NO_PAST, Past
from province.visits import Movement, Reach, Visit
from roads.travel import Roads
from rotation.build import build_rotation_problem
from rotation.instance.firm import pin_firm
from rotation.problem import RotationProblem, Stay
from routing.along import order_along_ways
from routing.build import build_trip_problem
from routing.last_mile import find_last_miles
from routing.problem import LastMile, TripProblem
from routing.reach import estimate_reach, find_nearest_depots, measure_access_min


@dataclass(frozen=True)
class Survey:
    """A province from a month on; each part is found when it is first asked for.

    Parameters
    ----------
    province
        The facts, with the movements of `past` counted as done.
    month, months
        The month that is planned, and those of the rotation's horizon.
    past
        What is settled before.
    named_after
        Visits of a plan before, whose names the same ones keep; None: no plan was before.
    """

    province: Province
    month: Month
    months: tuple[Month, ...]
    past: Past = NO_PAST
    named_after: tuple[Visit, ...] | None = None

    @cached_property
    def roads(self) -> Roads:
        """The roads of all dates and vehicles."""
        return Roads(self.province)

    @cached_property
    def reach(self) -> Reach:
        """What travelling says about libraries in each month, prices estimated."""
        along = order_along_ways(self.province, self.month, self.roads)
        reach = estimate_reach(self.province, self.months, self.roads)
        limits = reach.max_boxes | dict.fromkeys(list_shut_months(self.province, self.months), 0)
        return replace(reach, along=along, max_boxes=limits)

    @cached_property
    def access_min(self) -> dict[SiteId, float]:
        """Minutes from the depot in the month, by site."""
        return measure_access_min(self.province, self.roads, self.month.first_day)

    @cached_property
    def homes(self) -> Mapping[BatchId, SiteId]:
        """The depot where each batch lives when the month begins, or what is left of it."""
        eve = self.month.first_day - timedelta(days=1)
        return self.province.locate_homes(self.past.settled_until or eve)

    @cached_property
    def nearest_depots(self) -> Mapping[SiteId, SiteId]:
        """The depot from which an exchange costs least in the month, by site."""
        depots = [site.site_id for site in self.province.depots]
        if len(depots) == 1:
            return dict.fromkeys(self.province.site_by_id, depots[0])
        return find_nearest_depots(self.province, self.month, self.reach)

    @cached_property
    def last_miles(self) -> Mapping[SiteId, LastMile]:
        """The villages that only motorbikes get to in the month, by site."""
        return find_last_miles(self.province, self.month, self.roads)

    def list_visits(
        self, movements: Iterable[Movement], *, late: frozenset[SiteId] = frozenset()
    ) -> tuple[Visit, ...]:
        """Return the visits of the month (`planning.visits.list_visits`)."""
        return list_visits(
            self.province, self.month, movements, access_min=self.access_min,
            last_miles=self.last_miles, past=self.past, late=late,
            homes=self.homes, nearest_depots=self.nearest_depots, named_after=self.named_after,
        )  # fmt: skip

    def pose_rotation(self, reach: Reach, *, last_stays: tuple[Stay, ...] = ()) -> RotationProblem:
        """Return the problem of the rotation at the prices of a reach, firm promises pinned."""
        problem = build_rotation_problem(
            self.province, self.month, reach=reach, access_min=self.access_min,
            last_stays=last_stays, until=self.past.settled_until,
        )  # fmt: skip
        return pin_firm(problem)

    def go_on(
        self, province: Province, past: Past, *, named_after: tuple[Visit, ...] | None = None
    ) -> "Survey":
        """Return the survey of the same facts and roads where other things have happened."""
        other = replace(self, province=province, past=past, named_after=named_after)
        shared = {"roads": self.roads, "last_miles": self.last_miles, "access_min": self.access_min}
        other.__dict__.update(shared)
        return other

    def pose_trips(
        self, visits: tuple[Visit, ...], *, places: tuple[SiteId, ...] = ()
    ) -> TripProblem:
        """Return the problem of serving visits in what is left of the month.

        `places` are further sites from which somebody may have to drive.
        """
        problem = build_trip_problem(
            self.province, self.month, visits, self.roads, last_miles=self.last_miles,
            places=places,
        )  # fmt: skip
        problem = replace(
            problem,
            resting=list_resting(
                self.province, problem.days, (visit.receiver_id for visit in visits)
            ),
            withheld=list_withheld(self.province, self.month, visits, self.past),
        )
        problem = take_reserved_days(problem, self.province, self.month)
        return take_past_days(problem, self.month, self.past)


def survey_province(
    province: Province,
    month: Month,
    *,
    past: Past = NO_PAST,
    months: tuple[Month, ...] = (),
    named_after: tuple[Visit, ...] | None = None,
) -> Survey:
    """Return the survey of a month and of the rotation's horizon from it on.

    Parameters
    ----------
    months
        Other months than those of the settings' horizon.
    named_after
        Visits of a plan before, whose names the same ones keep; None: no plan was before.
    """
    horizon = range(province.settings.rotation.horizon_months)
    return Survey(
        province, month, months or tuple(month.plus(k) for k in horizon), past, named_after
    )
