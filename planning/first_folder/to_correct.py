"""Says what a planner must correct first in a first folder: what would change the plan the most."""

from collections.abc import Iterator, Sequence

from planning.first_folder.adjacent_roads import AdjacentRoad
from planning.first_folder.known_province import KnownProvince
from planning.first_folder.tables import Row
from province.language import Message, message


def list_to_correct(
    province: KnownProvince,
    roads: Sequence[AdjacentRoad],
    sites: Sequence[Row],
    batches: Sequence[Row],
    fleet: tuple[Sequence[Row], Sequence[Row]],
) -> tuple[Message, ...]:
    """Return a sentence for each assumption, the one that moves the plan most first.

    The order is our judgement, by what the plan is made of; it was not measured.
    """
    vehicles, crews = fleet
    served = [site for site in sites if site["takes"] != "none"]
    enrolled = [site for site in served if site["enrolled_from"]]
    sessions = sum(int(str(site["sessions_per_month"])) for site in enrolled)
    said = [
        message(
            "libraries.csv: which of the {served} sites are there, and which {enrolled} the "
            "programme serves; names, shelves and people reached are assumed",
            served=len(served), enrolled=len(enrolled),
        ),
        message(
            "roads.geojson: {count} roads, {km} km, are straight lines between neighbouring "
            "communes with an assumed detour; take real ones from an OpenStreetMap extract "
            "with luanchuyen roads import",
            count=len(roads), km=round(sum(road.length_m for road in roads) / 1000),
        ),
        message(
            "libraries.csv: {sessions} sessions of the book bus a month are assumed, at schools",
            sessions=sessions,
        ),
        message(
            "vehicles.csv, crews.csv: {vehicles} vehicles and {crews} crews of usual size",
            vehicles=len(vehicles), crews=len(crews),
        ),
        message(
            "libraries.csv: the depot stands in {commune}, the ward of the province's centre",
            commune=_name(province, province.depot_commune),
        ),
    ]  # fmt: skip
    return (*said, *_tell_numbers(province, batches))


def _tell_numbers(province: KnownProvince, batches: Sequence[Row]) -> Iterator[Message]:
    """Yield what is assumed of places, stock, people and days."""
    guessed = [one for one in province.communes if one.cells.get("seat_source") == "label point"]
    if guessed:
        yield message(
            "communes.geojson: {count} seats are points deep inside their commune, some kilometres "
            "from the real seat; sites and roads start there",
            count=len(guessed),
        )
    yield message(
        "batches.csv: {count} batches of usual size; take the real ones from the stock with "
        "luanchuyen compose",
        count=len(batches),
    )
    if province.population_off_percent:
        yield message(
            "communes.geojson: populations are not verified; their sum is {percent} % off the "
            "official one",
            percent=f"{province.population_off_percent:+}",
        )
    yield message("province.toml: languages and their shares, the wet months, costs and limits")
    yield message("calendar.csv: school terms after the usual frame, and a market as a template")


def _name(province: KnownProvince, code: str) -> str:
    return next(one.name for one in province.communes if one.code == code)
