"""Plans months of a rollout: whether vehicles suffice, until when, what would have to be bought."""

import dataclasses
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from planning.compare.cases import CasePlanner, MonthCase
from planning.compare.growth import Binding
from planning.plan import Plan
from planning.rollout_months.typical_month import keep_vehicles, pose_typical_month
from programme.rollout.plan import Rollout
from province.dates import Month
from province.errors import InfeasibleError
from province.facts import Province
from province.fleet import Vehicle, VehicleKind
from province.ids import CrewId, SiteId, VehicleId
from province.language import message
from province.past import NO_PAST
from province.progress import Progress, ignore_progress
from province.visits import Task
from routing.trips import Unserved

MONTH_WORK = 0.02
"""Effort of each month that is planned, as a share of the usual one."""

SEEDS = 2
"""Plans of a month at most, with as many seeds, until one serves everything."""


@dataclass(frozen=True, slots=True)
class TriedMonth:
    """A month of the rollout as it was planned.

    Parameters
    ----------
    models, times
        Communes with a model then; how many times today's demand there is.
    exchanges, sessions
        Visits asked for.
    left_out, limits
        Visits that no trip makes, and what keeps them out, what concerns most first. Where nothing
        at all could be planned, all of them.
    vehicle_days
        Days on the road of each vehicle that is used, by id.
    """

    month: Month
    models: int
    times: float
    exchanges: int
    sessions: int
    left_out: int
    limits: tuple[Binding, ...]
    vehicle_days: tuple[tuple[VehicleId, int], ...]
    cost_vnd: int

    @property
    def is_served(self) -> bool:
        """Whether everything asked for is served."""
        return self.left_out == 0


@dataclass(frozen=True, slots=True)
class Purchase:
    """One vehicle more, like one that there is, with a crew; what a month is like with it."""

    like: Vehicle
    tried: TriedMonth


@dataclass(frozen=True, slots=True)
class MonthsCheck:
    """What came of planning months of a rollout.

    Parameters
    ----------
    planned_as
        The month whose roads, calendar and crews all of them have.
    vehicles
        The vehicles there are.
    months
        The months asked for, then those that were tried between them, by month.
    first_failing
        The first month that is not served; None: all asked for are.
    purchases
        One vehicle more in that month, those that leave out fewest first, of like ones the
        cheapest.
    """

    planned_as: Month
    vehicles: tuple[VehicleId, ...]
    months: tuple[TriedMonth, ...]
    first_failing: TriedMonth | None
    purchases: tuple[Purchase, ...]


class MonthChecker:
    """Plans months of one rollout, each once."""

    def __init__(
        self,
        province: Province,
        rollout: Rollout,
        on: date,
        *,
        vehicles: Sequence[VehicleId] = (),
        work: float = 1.0,
    ) -> None:
        self.province = keep_vehicles(province, vehicles) if vehicles else province
        self.rollout = rollout
        self.planned_as = Month(on.year, province.settings.rollout.typical_month)
        self._on, self._everything = Month.of(on), province
        self._work = work * MONTH_WORK
        self._known: dict[Month, TriedMonth] = {}

    def check(self, months: Sequence[Month], progress: Progress = ignore_progress) -> MonthsCheck:
        """Return what months are like, the first that is not served, and what would serve it.

        Between the last one that is served and the first that is not, the middle is tried, until
        they are neighbours: demand and models only grow.
        """
        asked = sorted(set(months))
        for number, month in enumerate(asked):
            progress(message("planning {month}", month=str(month)), 0.6 * number / len(asked))
            self._try(month)
        failing = next((one for one in asked if not self._try(one).is_served), None)
        if failing is not None:
            served = [one for one in asked if one < failing]
            before = served[-1] if served else self._on.plus(-1)
            failing = self._narrow(before, failing, progress)
        found = None if failing is None else self._try(failing)
        return MonthsCheck(
            planned_as=self.planned_as,
            vehicles=tuple(vehicle.vehicle_id for vehicle in self.province.fleet),
            months=tuple(self._known[month] for month in sorted(self._known)),
            first_failing=found,
            purchases=() if failing is None else tuple(self._buy(failing, progress)),
        )

    def _narrow(self, before: Month, failing: Month, progress: Progress) -> Month:
        while failing.months_since(before) > 1:
            middle = before.plus(failing.months_since(before) // 2)
            progress(message("planning {month}", month=str(middle)), 0.7)
            before, failing = (middle, failing) if self._try(middle).is_served else (before, middle)
        return failing

    def _buy(self, month: Month, progress: Progress) -> list[Purchase]:
        found = []
        for like in _list_kinds(self._everything):
            progress(message("planning {month}", month=str(month)), 0.9)
            found.append(Purchase(like, self._plan(month, _add_vehicle(self.province, like))))
        return sorted(
            found, key=lambda one: (one.tried.left_out, one.tried.cost_vnd, one.like.vehicle_id)
        )

    def _try(self, month: Month) -> TriedMonth:
        """Return what a month is like; one of as many models and as much demand is planned once."""
        if month not in self._known:
            asked = list_models_at(self.rollout, month), self._count_times(month)
            alike = (
                one for one in self._known
                if (list_models_at(self.rollout, one), self._count_times(one)) == asked
            )  # fmt: skip
            same = next(alike, None)
            self._known[month] = (
                self._plan(month, self.province)
                if same is None
                else dataclasses.replace(self._known[same], month=month)
            )
        return self._known[month]

    def _count_times(self, month: Month) -> float:
        return count_times(self.province, self._on.year, month)

    def _plan(self, month: Month, province: Province) -> TriedMonth:
        sites, times = list_models_at(self.rollout, month), self._count_times(month)
        tried: list[TriedMonth] = []
        for seed in range(SEEDS):
            tried.append(self._plan_seed(month, province, sites, times, seed))
            if tried[-1].is_served:
                break
        return min(tried, key=lambda one: (one.left_out, one.cost_vnd))

    def _plan_seed(
        self, month: Month, province: Province, sites: list[SiteId], times: float, seed: int
    ) -> TriedMonth:
        stay = max(1, 12 // province.settings.rollout.exchanges_per_year)
        asked = (math.ceil(len(sites) / stay), round(province.settings.rollout.sessions_per_year
                                                     / 12))  # fmt: skip
        try:
            facts = pose_typical_month(province, self.planned_as, sites, times=times)
            case = MonthCase(facts, self.planned_as, NO_PAST, work=self._work)
            plan = CasePlanner(case).plan(seed)
        except InfeasibleError as error:
            limits = tuple(Binding("infeasible", 0, one) for one in error.reasons)
            return TriedMonth(month, len(sites), times, *asked, max(1, sum(asked)), limits, (), 0)
        left_out = plan.trips.unserved
        return TriedMonth(
            month, len(sites), times,
            _count(plan, Task.EXCHANGE), _count(plan, Task.SESSION), len(left_out),
            tuple(_list_limits(left_out)), _count_days(plan), plan.totals.cost_vnd,
        )  # fmt: skip


def list_models_at(rollout: Rollout, month: Month) -> list[SiteId]:
    """Return the sites of the models that work at the end of a month, by commune.

    The models of a year begin one after another over its months, those that reach most people
    first.
    """
    begun = [one for one in rollout.models if one.year == month.year]
    begun.sort(key=lambda one: (-one.more, one.code))
    now = {one.code for one in begun[: math.ceil(len(begun) * month.number / 12)]}
    return [
        one.site_id
        for one in rollout.models
        if one.is_there or one.code in now or (one.year is not None and one.year < month.year)
    ]


def count_times(province: Province, first_year: int, month: Month) -> float:
    """Return how many times the demand of a first year there is in a later month.

    It grows by `growth_pct` a year; where that is empty, by what the next date of a goal that
    counts users asks for (the last date's beyond it), by nothing without one.
    """
    rules = province.settings.rollout
    by = next(
        ({int(y): pct for y, pct in goal.by.items()} for goal in province.settings.goals
         if goal.counts == "users" and goal.by), {},
    )  # fmt: skip
    times = 1.0
    for year in range(first_year + 1, month.year + 1):
        later = [one for one in by if one >= year]
        pct = by[min(later, default=max(by))] if by else 0.0
        growth = 1 + (pct if rules.growth_pct is None else rules.growth_pct) / 100
        times *= growth ** (month.number / 12 if year == month.year else 1)
    return round(times, 4)


def _list_kinds(province: Province) -> Iterator[Vehicle]:
    """Yield a vehicle of each kind and size of the depots, motorbikes left out."""
    seen = set()
    for vehicle in province.fleet:
        kind = (vehicle.kind, vehicle.capacity_boxes, vehicle.can_hold_sessions)
        if vehicle.kind is not VehicleKind.MOTORBIKE and kind not in seen:
            seen.add(kind)
            yield vehicle


def _add_vehicle(province: Province, like: Vehicle) -> Province:
    """Return the facts with one vehicle more and one crew more that drives it."""
    vehicle = dataclasses.replace(like, vehicle_id=VehicleId(f"{like.vehicle_id}+"), unavailable=())
    able = [crew for crew in province.crews if like.kind in crew.drives]
    own = max(able, key=lambda crew: (len(crew.skills), crew.members, crew.crew_id), default=None)
    crews = province.crews
    if own is not None:
        crews += (dataclasses.replace(own, crew_id=CrewId(f"{own.crew_id}+"), days_off=()),)
    return dataclasses.replace(province, vehicles=(*province.vehicles, vehicle), crews=crews)


def _count(plan: Plan, task: Task) -> int:
    return sum(task in visit.tasks for visit in plan.visits)


def _count_days(plan: Plan) -> tuple[tuple[VehicleId, int], ...]:
    days = Counter(trip.vehicle_id for trip in plan.trips.trips for _ in trip.days)
    return tuple(sorted(days.items()))


def _list_limits(left_out: Sequence[Unserved]) -> Iterator[Binding]:
    counts = Counter(one.reason_code for one in left_out)
    for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        example = min((o for o in left_out if o.reason_code == code), key=lambda u: u.visit_id)
        yield Binding(code, count, example.reason)
