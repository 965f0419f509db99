"""Sơn La's month against a trip for each visit, and against one default RoutingModel.

``python -m benchmarks.month`` plans the month, then lets one model of OR-Tools plan the same visits
for as many seconds as that took processor seconds in all processes, rotation included, three times:
with 95, 80 and 65 % of the duty of a day as its budget. Its routes, and the parts of those that no
timetable fits, get exact timetables from ours on all days of the month, with all crews, and CP-SAT
chooses among them; the best objective of the three counts. Another row inserts what is then left
out as our search would. The trip for each visit is priced as if vehicles and crews were enough, and
batches were there. Prints a table in Markdown.
"""

import resource
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.one_model import OneModel, Slot
from commands.options import parse_month
from planning.joint.month import plan_month
from province.read import read_province
from roads.travel import Roads
from routing.build import build_trip_problem
from routing.lns.search import fill_month
from routing.month.instance import MonthInstance, build_instance
from routing.month.schedule import date_everywhere, list_singles, month_value
from routing.month.timetable import DatedTrip
from routing.solver.choice import choose_trips
from routing.solver.pool import merge_pool
from routing.solver.proposals import list_parts

FOLDER = Path(__file__).resolve().parent.parent / "data" / "son-la"
SHARES_PCT = (95, 80, 65)
CHOICE_EFFORT = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """One way to serve a month."""

    name: str
    km: float
    nights: int
    cost_vnd: int
    served: int
    objective_vnd: float


def objective(row: Row) -> float:
    """Return what a row counts."""
    return row.objective_vnd


def measure_cpu_s() -> float:
    """Return the processor seconds of this process and of those that have ended below it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure_trips(instance: MonthInstance, name: str, trips: list[DatedTrip]) -> Row:
    """Return the figures of trips with their timetables."""
    return Row(
        name,
        sum(trip.metres for trip in trips) / 1000,
        sum(len(trip.days) - 1 for trip in trips),
        sum(trip.cost_vnd for trip in trips),
        sum(len(trip.order) for trip in trips),
        month_value(instance, trips),
    )


def serve_alone(instance: MonthInstance) -> list[DatedTrip]:
    """Return the cheapest trip of its own for each visit, as if nothing else were on the road."""
    every = (list_singles(instance, job) for job in range(len(instance.jobs)))
    return [min(trips, key=lambda trip: trip.value_vnd) for trips in every if trips]


def time_routes(
    instance: MonthInstance, routes: list[tuple[Slot, tuple[int, ...]]]
) -> list[DatedTrip]:
    """Return the best month of routes with exact timetables, and of parts of those without."""
    pool: list[DatedTrip] = []
    for slot, order in routes:
        whole = _date(instance, slot, order)
        pool += whole
        for part in list_parts(order) if not whole else ():
            pool += _date(instance, slot, part)
    chosen, _, _ = choose_trips(instance, merge_pool(pool), [], 0, CHOICE_EFFORT)
    return chosen


def _date(instance: MonthInstance, slot: Slot, order: tuple[int, ...]) -> list[DatedTrip]:
    trips = date_everywhere(instance, order, range(len(instance.weeks)))
    return [trip for trip in trips if trip.car == slot.car]


def insert_rest(instance: MonthInstance, trips: list[DatedTrip]) -> list[DatedTrip]:
    """Return the month with the visits that it leaves out, inserted where cheapest."""
    return fill_month(instance, trips, 0)


@click.command()
@click.option("--month", default="2026-12", show_default=True)
@click.option("--work", default=1.0, show_default=True, help="Effort of our own plan.")
@click.option("--seed", default=0, show_default=True)
def main(month: str, work: float, seed: int) -> None:
    """Print the table."""
    province, wanted = read_province(FOLDER), parse_month(month)
    start = measure_cpu_s()
    plan_of_month = plan_month(province, wanted, seed=seed, work=work)
    seconds = max(1, round(measure_cpu_s() - start))
    visits, plan = plan_of_month.visits, plan_of_month.trips
    roads = Roads(province)
    instance = build_instance(build_trip_problem(province, wanted, visits, roads))
    ours = Row(
        "Luân Chuyển",
        sum(trip.length_m for trip in plan.trips) / 1000,
        sum(len(trip.nights) for trip in plan.trips),
        plan.cost_vnd,
        sum(len(trip.stops) for trip in plan.trips),
        plan.objective,
    )
    readings, filled = [], []
    for share in SHARES_PCT:
        routes = OneModel(instance, share).solve(seconds)
        trips = time_routes(instance, routes)
        row = measure_trips(instance, "one default RoutingModel", trips)
        rest = insert_rest(instance, trips)
        filled.append(measure_trips(instance, "the same, the rest inserted by us", rest))
        click.echo(
            f"one model, {share} % of a day: "
            f"{sum(len(order) for _, order in routes)} visits on {len(routes)} routes, "
            f"{row.served} with timetables, objective {row.objective_vnd:,.0f}"
        )
        readings.append(row)
    alone = measure_trips(instance, "a trip for each visit", serve_alone(instance))
    click.echo(f"{len(visits)} visits, {seconds} s\n")
    click.echo("| | km | nights | cost, million | visits served | objective, million |")
    click.echo("|---|---|---|---|---|---|")
    for row in (ours, min(readings, key=objective), min(filled, key=objective), alone):
        click.echo(
            f"| {row.name} | {row.km:,.0f} | {row.nights} | {row.cost_vnd / 1e6:.1f} "
            f"| {row.served} | {row.objective_vnd / 1e6:.1f} |"
        )


if __name__ == "__main__":
    main()
