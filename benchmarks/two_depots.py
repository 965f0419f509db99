"""Two Sơn La folders as one province with two depots, against each of them alone.

``python -m benchmarks.two_depots FOLDER --work 0.3`` writes three folders, `west` (Sơn La as it
is), `east` (a copy with ids of its own, 2 degrees further east) and `both`, and plans a month of
each. Nothing joins the two halves of `both`; with `--road` one of 210 km does, so that vehicles of
either depot could drive to most libraries, at a price. Effort grows with the size: `both` gets
twice the work of each alone. Prints a table in Markdown; and, as the rotation may want more or
fewer visits of `both` this month, what trips in `both` make of the visits of the two apart.
"""

import csv
import json
import resource
import shutil
from pathlib import Path
from typing import Any

import click

from commands.options import parse_month
from planning.joint.month import plan_month
from planning.plan import Plan
from planning.survey import survey_province
from province.dates import Month
from province.read import read_province
from province.visits import Visit
from routing.solver.solve import plan_trips

SON_LA = Path(__file__).resolve().parent.parent / "data" / "son-la"
COMMUNES = SON_LA.parent / "communes.geojson"
SHIFT_DEG = 2.0
ROAD_KM = 210
IDS = (
    "site_id", "batch_id", "title_id", "vehicle_id", "crew_id", "kit_id", "entry_id", "zone_id",
    "closure_id", "segment_id", "depot_id", "handover_site", "pinned_site", "from_site", "to_site",
    "voids", "ref", "pin_id", "model_id", "activity_id", "staff_id", "course_id", "partner_id",
    "fund_id", "expense_id", "sites", "remedy_id", "wish_id", "event_id", "invitation_id", "after",
)  # fmt: skip
"""Columns and properties that get a letter in the copy, where they are not empty."""

Cells = dict[str, Any]


def copy_cells(cells: Cells) -> Cells:
    """Return a row, or the properties of a feature, as the copy has it."""
    changed: Cells = {
        name: "|".join(f"{one}-E" for one in str(cells[name]).split("|"))
        for name in IDS
        if cells.get(name)
    }
    for name in ("commune_code", "old_code", "code"):
        if cells.get(name):
            changed[name] = "9" + str(cells[name])[1:]
    for name in ("lon", "seat_lon"):
        if cells.get(name):
            changed[name] = round(float(cells[name]) + SHIFT_DEG, 5)
    return cells | changed


def shift(coordinates: Any) -> Any:
    """Return coordinates of any depth, further east."""
    if isinstance(coordinates[0], list):
        return [shift(part) for part in coordinates]
    return [round(coordinates[0] + SHIFT_DEG, 5), *coordinates[1:]]


def copy_feature(feature: Cells) -> Cells:
    """Return a feature of a map as the copy has it."""
    geometry = feature["geometry"]
    return feature | {
        "properties": copy_cells(feature["properties"]),
        "geometry": geometry | {"coordinates": shift(geometry["coordinates"])},
    }


def join_depots(roads: list[Cells], depot: tuple[float, float]) -> Cells:
    """Return a road between what is nearest to a depot and the same place in the copy."""
    ends = [line["geometry"]["coordinates"][k] for line in roads for k in (0, -1)]
    west = min(ends, key=lambda at: (abs(at[0] - depot[0]) + abs(at[1] - depot[1]), at))
    usual = next(line for line in roads if line["properties"]["ref"] == "QL6")
    own = {"segment_id": "JOIN", "ref": "JOIN", "name": "JOIN", "length_m": 1000 * ROAD_KM}
    return usual | {
        "properties": usual["properties"] | own,
        "geometry": {"type": "LineString", "coordinates": [west, shift(west)]},
    }


def write_folders(
    target: Path, *, has_road: bool, province: Path = SON_LA, communes: Path = COMMUNES
) -> dict[str, Path]:
    """Write the three folders from a province's, and return them by name.

    Parameters
    ----------
    communes
        The map of its communes.
    """
    folders = {name: target / name for name in ("west", "east", "both")}
    for folder in folders.values():
        folder.mkdir(parents=True)
        shutil.copyfile(province / "province.toml", folder / "province.toml")
    for table in sorted(province.glob("*.csv")):
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        copied = [copy_cells(row) for row in rows]
        for name, own in (("west", rows), ("east", copied), ("both", rows + copied)):
            with (folders[name] / table.name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(own)
    depot = next(site for site in read_province(province).depots)
    for source in (province / "roads.geojson", communes):
        west = json.loads(source.read_text(encoding="utf-8"))
        copied = [copy_feature(one) for one in west["features"]]
        both = west["features"] + copied
        if source.name == "roads.geojson" and has_road:
            both.append(join_depots(west["features"], (depot.lon, depot.lat)))
        for name, own in (("west", west["features"]), ("east", copied), ("both", both)):
            text = json.dumps(west | {"features": own}, ensure_ascii=False)
            (folders[name] / source.name).write_text(text, encoding="utf-8")
    return folders


def tell(name: str, plan: Plan, seconds: float) -> str:
    """Return a row of the table."""
    figures = plan.totals
    served = f"{figures.visits_served} of {figures.visits}"
    cells = (
        name, served, f"{figures.cost_vnd / 1e6:.2f}", f"{figures.length_km:,.0f}", figures.trips,
        f"{plan.rotation.expected_uses:,.0f}", len(plan.violations), f"{seconds:.0f}",
    )  # fmt: skip
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def plan_same_visits(
    folder: Path, month: Month, visits: tuple[Visit, ...], seed: int, work: float
) -> tuple[int, int, float]:
    """Return visits served, cost and km of trips for given visits in a province."""
    problem = survey_province(read_province(folder), month).pose_trips(visits)
    trips = plan_trips(problem, seed=seed, work=work, is_draft=True)
    km = sum(trip.length_m for trip in trips.trips) / 1000
    return len(visits) - len(trips.unserved), trips.cost_vnd, km


def measure_cpu_s() -> float:
    """Return the processor seconds of this process and of those that have ended below it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--month", default="2026-12", show_default=True)
@click.option("--work", default=1.0, show_default=True, help="Of each alone; both get twice that.")
@click.option("--seed", default=0, show_default=True)
@click.option("--road/--no-road", default=False, show_default=True)
def main(target: Path, month: str, work: float, seed: int, *, road: bool) -> None:
    """Write the three folders and print what a month of each comes to."""
    click.echo("| folder | visits served | cost, million | km | trips | uses | broken | cpu s |")
    click.echo("|---|---|---|---|---|---|---|---|")
    plans: dict[str, Plan] = {}
    for name, folder in write_folders(target, has_road=road).items():
        begun = measure_cpu_s()
        effort = 2 * work if name == "both" else work
        plans[name] = plan_month(
            read_province(folder), parse_month(month), seed=seed, work=effort, has_fixes=False
        )
        click.echo(tell(name, plans[name], measure_cpu_s() - begun))
    apart = plans["west"], plans["east"]
    served = sum(one.totals.visits_served for one in apart)
    cost = sum(one.totals.cost_vnd for one in apart)
    totals = plans["both"].totals
    told = f"served {totals.visits_served} against {served}, cost"
    click.echo(f"\nboth: {told} {100 * totals.cost_vnd / cost:.1f} % of both apart")
    visits = tuple(visit for one in apart for visit in one.visits)
    same, money, km = plan_same_visits(
        target / "both", parse_month(month), visits, seed=seed, work=2 * work
    )
    told = f"served {same} against {served}, cost"
    click.echo(f"the same visits: {told} {100 * money / cost:.1f} % of both apart, {km:,.0f} km")


if __name__ == "__main__":
    main()
