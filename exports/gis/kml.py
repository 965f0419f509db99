"""Writes the plan for Google Earth and map apps: `plan.kml`.

References
----------
OGC 12-007r2, KML 2.3 (the elements used are those of KML 2.2, too).
"""

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from exports.frames.layers import Layer, list_layers
from exports.geo.colours import DONE_COLOUR, colour_all_vehicles
from exports.pages.template import fill_in
from exports.text.formats import format_month
from exports.text.words import tell_marks
from planning.figures import Service
from planning.plan import Plan
from planning.trip_state import TripState
from province.facts import Province
from province.language import Language

AREA_COLOURS: dict[str, str] = {
    Service.BOTH.value: "#1b7837", Service.SESSION.value: "#5aae61",
    Service.EXCHANGE.value: "#a6dba0", Service.STANDS.value: "#e8e2a8",
    Service.NONE.value: "#f2f2f2",
}  # fmt: skip
UNSERVED_COLOUR = "#c62828"


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield one file with a folder each for communes, legs, stops and unserved visits."""
    colours = {str(key): colour for key, colour in colour_all_vehicles(plan).items()}
    colours |= {"unserved": UNSERVED_COLOUR, TripState.DONE.value: DONE_COLOUR}
    text = fill_in(
        "gis/plan.kml.j2", language, marks=" ".join(tell_marks(plan, province, language)),
        title=f"{province.settings.province.name}, {format_month(plan.month, language)}",
        layers=[(layer, _list_features(layer)) for layer in list_layers(plan, province, language)],
        colours={group: _turn(colour) for group, colour in colours.items()},
        lines={group: number for number, group in enumerate(colours)},
        area_colours={service: _turn(colour) for service, colour in AREA_COLOURS.items()},
    )  # fmt: skip
    yield "plan.kml", f"{text}\n".encode()


def _list_features(layer: Layer) -> list[dict[Hashable, Any]]:
    """Return the rows of a layer; None where a cell is empty."""
    cells = pd.DataFrame(layer.frame).astype(object)
    return cells.where(cells.notna(), None).to_dict("records")


def _turn(colour: str) -> str:
    """Return ``#rrggbb`` in KML's order ``bbggrr``."""
    return colour[5:7] + colour[3:5] + colour[1:3]
