"""The first month whose work cannot be done any more when demand grows, and what stops it."""

import dataclasses
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from planning.compare.cases import CasePlanner, MonthCase
from planning.plan import Plan
from province.dates import Month
from province.errors import InfeasibleError
from province.facts import Province
from province.ids import SiteId
from province.language import Message
from province.places import Site
from province.stock import Batch

FIRST_STEP = 12
"""Months looked ahead at first; then twice as many, until something cannot be done."""

MOST_MONTHS = 240
"""Months that are looked ahead at most."""

MOST_SESSIONS = 31


@dataclass(frozen=True, slots=True)
class Binding:
    """A rule that keeps visits from being made: its code, how many visits, what it says of one."""

    code: str
    visits: int
    example: Message


@dataclass(frozen=True, slots=True)
class Endurance:
    """How long the month's work can be done when demand grows.

    Parameters
    ----------
    growth_pct
        By how much it grows in a year.
    holds_until, fails_in
        The last month whose demand is met and the first one whose is not; `fails_in` is None where
        it is met as far as was looked.
    times
        How many times as much is asked in the month that fails, or in the last one looked at.
    limits
        What stops it then, what concerns most visits first; of the seed that leaves out fewest.
    """

    growth_pct: float
    holds_until: Month
    fails_in: Month | None
    times: float
    limits: tuple[Binding, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """What a month of grown demand leaves out that today's does not; `lost` 0: it is met."""

    lost: int
    limits: tuple[Binding, ...] = ()


def grow_demand(province: Province, times: float) -> Province:
    """Return the facts with so many times the demand, and all that serves it as it is.

    Readers' uses, the books that meet them (and boxes, mass and shelves with them) and promised
    sessions grow alike; vehicles, crews, sites, hours and roads do not.
    """
    demand = province.settings.demand
    grown = {
        name: min(1_000.0, getattr(demand, name) * times)
        for name in ("uses_per_person_month", "uses_per_student_month", "uses_per_request")
    }
    rotation = province.settings.rotation
    half = {"books_for_half_saturation": rotation.books_for_half_saturation * times}
    settings = province.settings.model_copy(
        update={
            "demand": demand.model_copy(update=grown),
            "rotation": rotation.model_copy(update=half),
        }
    )
    sessions = share_sessions(province.sites, times)
    return dataclasses.replace(
        province,
        settings=settings,
        sites=tuple(
            dataclasses.replace(
                site,
                capacity_books=math.ceil(round(site.capacity_books * times, 6)),
                sessions_per_month=sessions[site.site_id],
            )
            for site in province.sites
        ),
        batches=tuple(_grow_batch(batch, times) for batch in province.batches),
        loans=tuple(
            dataclasses.replace(one, uses=round(one.uses * times)) for one in province.loans
        ),
    )


def _grow_batch(batch: Batch, times: float) -> Batch:
    books = tuple((one, int(round(count * times, 6))) for one, count in batch.books_by_category)
    return dataclasses.replace(
        batch,
        books=max(1, sum(count for _, count in books)),
        boxes=math.ceil(round(batch.boxes * times, 6)),
        mass_kg=round(batch.mass_kg * times, 1),
        books_by_category=books,
    )


def share_sessions(sites: tuple[Site, ...], times: float) -> dict[SiteId, int]:
    """Return the sessions that each site is promised when so many times as many are.

    All together are rounded once; what is left after whole ones goes where the largest part of one
    is left, among equals to the most people (largest remainders).
    """
    exact = {site.site_id: round(site.sessions_per_month * times, 6) for site in sites}
    shared = {name: int(count) for name, count in exact.items()}
    left = round(sum(exact.values())) - sum(shared.values())
    people = {site.site_id: site.population + site.students for site in sites}
    for name in sorted(exact, key=lambda n: (shared[n] - exact[n], -people[n], n))[:left]:
        shared[name] += 1
    return {name: min(MOST_SESSIONS, count) for name, count in shared.items()}


class GrowthSearch:
    """Looks for the first month that fails, trying each with seeds until one serves everything."""

    def __init__(self, case: MonthCase, growth_pct: float, seeds: tuple[int, ...]) -> None:
        self._case, self._growth_pct, self._seeds = case, growth_pct, seeds
        self._planner = CasePlanner(case)
        self._today: dict[int, frozenset[str]] = {}

    def find(self) -> Endurance:
        """Return how long the work can be done.

        Between a month that is met and a later one that is not, the middle is tried, until they are
        neighbours.
        """
        met, step = 0, FIRST_STEP
        failed: tuple[int, Tried] | None = None
        while failed is None and met < MOST_MONTHS:
            ahead = min(step, MOST_MONTHS)
            tried = self._try(ahead)
            met, failed = (met, (ahead, tried)) if tried.lost else (ahead, None)
            step *= 2
        while failed is not None and failed[0] - met > 1:
            middle = (met + failed[0]) // 2
            tried = self._try(middle)
            met, failed = (met, (middle, tried)) if tried.lost else (middle, failed)
        last = met if failed is None else failed[0]
        return Endurance(
            self._growth_pct,
            self._case.month.plus(met),
            None if failed is None else self._case.month.plus(last),
            self._count_times(last),
            () if failed is None else failed[1].limits,
        )

    def _count_times(self, months: int) -> float:
        return float(round((1 + self._growth_pct / 100) ** (months / 12), 6))

    def _try(self, months: int) -> Tried:
        """Return what is left out so many months on, with the best of the seeds."""
        province = grow_demand(self._case.province, self._count_times(months))
        found: list[Tried] = []
        for seed in self._seeds:
            found.append(self._try_seed(seed, province))
            if not found[-1].lost:
                break
        return min(found, key=lambda tried: tried.lost)

    def _try_seed(self, seed: int, province: Province) -> Tried:
        try:
            if seed not in self._today:
                self._today[seed] = _list_left_out(self._planner.plan(seed))
            plan = self._planner.plan(seed, province)
        except InfeasibleError as error:
            everything = len(province.sites)
            return Tried(everything, tuple(Binding("infeasible", 0, one) for one in error.reasons))
        today = self._today[seed]
        lost = len(plan.trips.unserved) - len(today)
        return Tried(max(0, lost), tuple(_list_limits(plan, today)) if lost > 0 else ())


def _list_left_out(plan: Plan) -> frozenset[str]:
    return frozenset(one.visit_id for one in plan.trips.unserved)


def _list_limits(plan: Plan, today: frozenset[str]) -> Iterator[Binding]:
    """Yield why visits are left out that are not left out today, most visits first."""
    fresh = [one for one in plan.trips.unserved if one.visit_id not in today]
    counts = Counter(one.reason_code for one in fresh)
    for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        example = min((one for one in fresh if one.reason_code == code), key=lambda u: u.visit_id)
        yield Binding(code, count, example.reason)
