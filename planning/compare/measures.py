"""What plans are compared by: figures of a plan, and which sites it visits."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from planning.figures import measure_coverage
from planning.plan import Plan
from province.amounts import tell_amount
from province.facts import Province
from province.ids import SiteId
from province.language import Message, mark
from routing.trips import Trip

Measure = Callable[[Plan, Province], float]


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """One figure of a plan.

    Parameters
    ----------
    key
        Its name in files.
    name
        What people call it, unit included; ``{currency}`` is the province's.
    digits
        Decimals that are worth showing.
    better
        1 where more is better, -1 where less is, 0 where nobody can say.
    """

    key: str
    name: str
    digits: int
    better: int
    measure: Measure

    def say(self, province: Province) -> Message:
        """Return its name."""
        values = (("currency", province.settings.province.currency),)
        return Message(self.name, values if "{currency}" in self.name else ())


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What came of a plan, or why there is none.

    Parameters
    ----------
    figures
        In the order of `FIGURES`; empty where there is no plan.
    visits, missed
        How many visits each site gets, and how many it should have had besides.
    failed
        Why there is no plan.
    """

    seed: int
    figures: tuple[float, ...] = ()
    visits: tuple[tuple[SiteId, int], ...] = ()
    missed: tuple[tuple[SiteId, int], ...] = ()
    failed: tuple[Message, ...] = ()

    @property
    def is_plan(self) -> bool:
        """Whether there is a plan."""
        return not self.failed


def measure_plan(plan: Plan, province: Province, seed: int) -> PlanOutcome:
    """Return what came of a plan; its trips before the part that it decides do not count."""
    receivers = {visit.visit_id: visit.receiver_id for visit in plan.visits}
    served = Counter(stop.receiver_id for _, stop in plan.trips.stops())
    missed = Counter(receivers[one.visit_id] for one in plan.trips.unserved)
    return PlanOutcome(
        seed,
        tuple(float(figure.measure(plan, province)) for figure in FIGURES),
        tuple(sorted(served.items())),
        tuple(sorted(missed.items())),
    )


def _tell_cost(plan: Plan, province: Province) -> float:
    return tell_amount(plan.totals.cost_vnd, province.settings.province.currency)


def _sum_uses(plan: Plan, province: Province) -> float:
    """Return the uses expected of the batches that trips bring, from the day they bring them on."""
    told = (one.expected_uses for one in plan.deliveries if one.day is not None)
    return math.fsum(uses for uses in told if uses is not None)


def _sum_road_hours(plan: Plan, province: Province) -> float:
    return math.fsum(_count_road_min(trip) for trip in plan.trips.trips) / 60


def _count_road_min(trip: Trip) -> int:
    """Return the minutes from setting out to arriving, day by day."""
    minutes = 0
    for day in trip.days:
        if day.legs:
            last = max([day.legs[-1].arrive_min, *(stop.depart_min for stop in day.stops)])
            minutes += last - day.legs[0].leave_min
    return minutes


def _spread_crew_days(plan: Plan, province: Province) -> int:
    """Return by how many days on the road crews that can do the same work differ.

    The busiest and the least busy of each group of them count, all groups added up.
    """
    days = Counter[str]()
    for trip in plan.trips.trips:
        days[trip.crew_id] += trip.num_days
    groups: dict[object, list[int]] = {}
    for crew in province.crews:
        key = crew.depot_id, crew.members, frozenset(crew.drives), frozenset(crew.skills)
        groups.setdefault(key, []).append(days[crew.crew_id])
    return sum(max(group) - min(group) for group in groups.values())


def _count_communes_missed(plan: Plan, province: Province) -> int:
    """Return how many communes have a visit left out."""
    sites, visits = province.site_by_id, {visit.visit_id: visit for visit in plan.visits}
    return len(
        {
            sites[visits[one.visit_id].receiver_id].commune_code
            for one in plan.trips.unserved
            if visits[one.visit_id].receiver_id in sites
        }
    )


FIGURES: tuple[MonthFigure, ...] = (
    MonthFigure("visits_asked", mark("visits asked for"), 1, 0, lambda p, _: p.totals.visits),
    MonthFigure("visits_served", mark("visits served"), 1, 1, lambda p, _: p.totals.visits_served),
    MonthFigure("visits_left_out", mark("visits left out"), 1, -1,
                lambda p, _: len(p.trips.unserved)),
    MonthFigure("exchanges", mark("exchanges"), 1, 1, lambda p, _: p.totals.exchanges_served),
    MonthFigure("sessions", mark("sessions"), 1, 1, lambda p, _: p.totals.sessions_served),
    MonthFigure("uses", mark("expected uses of what is brought"), 0, 1, _sum_uses),
    MonthFigure("year_uses", mark("expected uses over all months planned for"), 0, 1,
           lambda p, _: p.rotation.expected_uses),
    MonthFigure("trips", mark("trips"), 1, 0, lambda p, _: p.totals.trips),
    MonthFigure("vehicle_days", mark("days of vehicles on the road"), 1, -1,
           lambda p, _: sum(trip.num_days for trip in p.trips.trips)),
    MonthFigure("length_km", mark("kilometres"), 0, -1, lambda p, _: p.totals.length_km),
    MonthFigure("driving_hours", mark("driving hours"), 1, -1, lambda p, _: p.totals.driving_hours),
    MonthFigure("road_hours", mark("hours on the road"), 1, -1, _sum_road_hours),
    MonthFigure("nights", mark("nights"), 1, -1, lambda p, _: p.totals.nights),
    MonthFigure("cost_vnd", mark("cost, {currency}"), 0, -1, _tell_cost),
    MonthFigure("crew_days_apart", mark("days on the road by which like crews differ"), 1, -1,
           _spread_crew_days),
    MonthFigure("communes_missed", mark("communes with a visit left out"), 1, -1,
           _count_communes_missed),
    MonthFigure("communes_visited", mark("communes visited"), 1, 1,
           lambda p, province: measure_coverage(p, province).served),
    MonthFigure("communes_reached", mark("communes with a visit or a batch"), 1, 1,
           lambda p, province: measure_coverage(p, province).reached),
)  # fmt: skip
"""What plans are compared by, in the order of tables."""

NUMBER_OF = {figure.key: number for number, figure in enumerate(FIGURES)}
