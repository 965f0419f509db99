"""A month by one OR-Tools RoutingModel with its default strategies: what a capable user writes.

Its routes are the vehicles in the halves of weeks, with up to `max_nights` + 1 days as one budget
of minutes, which cost by the minute what a day and a night cost. Loads, sessions' vehicles, depots
of boxes, crews' skills, half weeks in which sites are open and what leaving a visit out counts are
in the model. Each visit of a chain of batches from site to site, and each session of one site, has
a part of the month to itself, so that they follow each other: chains as constraints between visits
kept the model from finding any solution at all. Hours within a day, breaks, beds, days off, who
drives when and market days are left out.
"""

from dataclasses import dataclass

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from routing.lns.build import place_in_chain
from routing.month.costs import least_members, price_day, price_night
from routing.month.instance import MonthInstance

FAR = 10**7
HALVES = 2  # of a week


@dataclass(frozen=True, slots=True)
class Slot:
    """One route: a vehicle in half a week, and the days on which it may start."""

    car: int
    half: int
    days: tuple[int, ...]


def list_slots(instance: MonthInstance) -> list[Slot]:
    """Return the routes there may be."""
    slots: list[Slot] = []
    for car, auto in enumerate(instance.cars):
        for week in sorted(set(instance.weeks)):
            days = [d for d, own in enumerate(instance.weeks) if own == week and auto.is_free[d]]
            middle = (len(days) + 1) // HALVES
            for half, part in enumerate((days[:middle], days[middle:])):
                if part:
                    slots.append(Slot(car, HALVES * week + half, tuple(part)))
    return slots


class OneModel:
    """The model with its indices; a node is a visit plus the number of depots."""

    def __init__(self, instance: MonthInstance, share_pct: int) -> None:
        self.instance, self.slots = instance, list_slots(instance)
        self.depots = sorted({car.depot for car in instance.cars})
        self.sites = [*self.depots, *(job.site for job in instance.jobs)]
        homes = [self.depots.index(instance.cars[slot.car].depot) for slot in self.slots]
        self.manager = pywrapcp.RoutingIndexManager(len(self.sites), len(homes), homes, homes)
        self.model = pywrapcp.RoutingModel(self.manager)
        self.num_days = instance.limits.nights + 1
        for number, slot in enumerate(self.slots):
            self._price(number, slot)
        self._count_minutes(share_pct)
        self._count_loads()
        for job in range(len(instance.jobs)):
            self._allow(job)

    def index(self, job: int) -> int:
        """Return the index of a visit in the model."""
        return int(self.manager.NodeToIndex(job + len(self.depots)))

    def _table(self, slot: Slot) -> int:
        return self.instance.cars[slot.car].tables[slot.days[0]]

    def _price(self, number: int, slot: Slot) -> None:
        table, auto = self.instance.tables[self._table(slot)], self.instance.cars[slot.car]
        ways = [
            [
                table.metres[a][b] * auto.vnd_km // 1000 if table.drive[a][b] >= 0 else FAR
                for b in self.sites
            ]
            for a in self.sites
        ]
        self.model.SetArcCostEvaluatorOfVehicle(self.model.RegisterTransitMatrix(ways), number)

    def _minutes(self, table_number: int) -> int:
        table, limits = self.instance.tables[table_number], self.instance.limits
        service = [0] * len(self.depots) + [job.service_min for job in self.instance.jobs]
        return int(
            self.model.RegisterTransitMatrix(
                [
                    [
                        service[p]
                        + (table.drive[a][b] + table.wait[a][b] + limits.buffer * (a != b))
                        if table.drive[a][b] >= 0
                        else FAR
                        for b in self.sites
                    ]
                    for p, a in enumerate(self.sites)
                ]
            )
        )

    def _count_minutes(self, share_pct: int) -> None:
        instance, duty = self.instance, self.instance.limits.duty
        of_table = {n: self._minutes(n) for n in sorted({self._table(s) for s in self.slots})}
        most = [min(self.num_days, len(s.days)) * duty * share_pct // 100 for s in self.slots]
        self.model.AddDimensionWithVehicleTransitAndCapacity(
            [of_table[self._table(slot)] for slot in self.slots], 0, most, True, "minutes"
        )
        self.minutes = self.model.GetDimensionOrDie("minutes")
        for number, slot in enumerate(self.slots):
            members = least_members(instance, slot.car)
            day = price_day(instance, slot.car, members)
            per_min = (day + price_night(instance, members)) * 100 // (duty * share_pct)
            self.minutes.SetSpanCostCoefficientForVehicle(per_min, number)
            self.model.SetFixedCostOfVehicle(day // 2, number)

    def _count_loads(self) -> None:
        for name, loads, rooms in (
            ("boxes", [j.boxes_taken - j.boxes_left for j in self.instance.jobs], "boxes"),
            ("kg", [round(j.kg_taken - j.kg_left) for j in self.instance.jobs], "kg"),
        ):
            change = self.model.RegisterUnaryTransitVector([0] * len(self.depots) + loads)
            room = [int(getattr(self.instance.cars[slot.car], rooms)) for slot in self.slots]
            self.model.AddDimensionWithVehicleCapacity(change, 0, room, False, name)

    def _allow(self, number: int) -> None:
        """Let a visit be left out at its price, and served by routes that may serve it."""
        job, instance = self.instance.jobs[number], self.instance
        group = [
            k
            for k, other in enumerate(instance.jobs)
            if job.gap_group and other.gap_group == job.gap_group
        ]
        last = max(slot.half for slot in self.slots) + 1
        turn, times = (
            (group.index(number), len(group)) if group else place_in_chain(instance, number)
        )
        able = [
            k
            for k, slot in enumerate(self.slots)
            if slot.car in job.vehicles
            and job.depots <= {instance.cars[slot.car].depot}
            and any(job.windows[day] for day in slot.days)
            and any(slot.car in instance.teams[crew].cars for crew in job.crews)
            and turn * last <= slot.half * times < (turn + 1) * last
        ]
        self.model.AddDisjunction([self.index(number)], job.penalty_vnd)
        self.model.VehicleVar(self.index(number)).SetValues([-1, *able])

    def solve(self, seconds: int) -> list[tuple[Slot, tuple[int, ...]]]:
        """Return the routes found in so many seconds by the default first solution and search."""
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.local_search_metaheuristic = (
            routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        )
        parameters.time_limit.seconds = seconds
        found = self.model.SolveWithParameters(parameters)
        routes = []
        for number, slot in enumerate(self.slots) if found is not None else ():
            order, index = [], found.Value(self.model.NextVar(self.model.Start(number)))
            while not self.model.IsEnd(index):
                order.append(self.manager.IndexToNode(index) - len(self.depots))
                index = found.Value(self.model.NextVar(index))
            if order:
                routes.append((slot, tuple(order)))
        return routes
