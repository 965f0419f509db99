"""Writes the plan for Google Earth and map apps: `plan.kml`.

References
----------
OGC 12-007r2, KML 2.3 (the elements used are those of KML 2.2, too).
"""

from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree

from exports.geo.colours import colour_all_vehicles
from exports.geo.layers import Feature, Layer, list_layers
from exports.geo.xml_file import add_element, dump_xml, write_degrees
from exports.text.formats import format_month
from exports.text.plain import clean_line
from exports.text.words import name_schematic
from planning.figures import Service
from planning.plan import Plan
from province.facts import Province
from province.language import Language, translate

NAMESPACE = "http://www.opengis.net/kml/2.2"
AREA_COLOURS: dict[str, str] = {
    Service.BOTH.value: "#1b7837", Service.SESSION.value: "#5aae61",
    Service.EXCHANGE.value: "#a6dba0", Service.STANDS.value: "#e8e2a8",
    Service.NONE.value: "#f2f2f2",
}  # fmt: skip
UNSERVED_COLOUR = "#c62828"


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield one file with a folder each for communes, legs, stops and unserved visits."""
    root = ElementTree.Element("kml", {"xmlns": NAMESPACE})
    document = add_element(root, "Document")
    month = format_month(plan.month, language)
    add_element(document, "name", clean_line(f"{province.settings.province.name}, {month}"))
    if plan.has_schematic_roads:
        add_element(document, "description", translate(name_schematic(province), language))
    colours = {str(key): colour for key, colour in colour_all_vehicles(plan).items()}
    styles = _add_styles(document, colours | {"unserved": UNSERVED_COLOUR})
    for layer in list_layers(plan, province, language):
        _add_folder(document, layer, styles, language)
    yield "plan.kml", dump_xml(root)


def _add_styles(document: ElementTree.Element, colours: dict[str, str]) -> dict[str, str]:
    """Add a style for each group, and return their ids by group; groups may be named anything."""
    ids = {}
    for number, (group, colour) in enumerate(colours.items()):
        ids[group] = f"line-{number}"
        style = add_element(document, "Style", id=ids[group])
        icon = add_element(style, "IconStyle")
        add_element(icon, "color", _write_colour(colour, "ff"))
        line = add_element(style, "LineStyle")
        add_element(line, "color", _write_colour(colour, "dd"))
        add_element(line, "width", "4")
    for group, colour in AREA_COLOURS.items():
        style = add_element(document, "Style", id=f"area-{group}")
        line = add_element(style, "LineStyle")
        add_element(line, "color", "ff808080")
        add_element(line, "width", "1")
        add_element(add_element(style, "PolyStyle"), "color", _write_colour(colour, "66"))
    return ids


def _write_colour(colour: str, opacity: str) -> str:
    """Return ``#rrggbb`` in KML's order ``aabbggrr``."""
    return opacity + colour[5:7] + colour[3:5] + colour[1:3]


def _add_folder(
    document: ElementTree.Element, layer: Layer, styles: dict[str, str], language: Language
) -> None:
    folder = add_element(document, "Folder", id=layer.name)
    add_element(folder, "name", translate(layer.title, language))
    for feature in layer.features:
        mark = add_element(folder, "Placemark")
        add_element(mark, "name", clean_line(feature.name))
        if feature.begins is not None and feature.ends is not None:
            span = add_element(mark, "TimeSpan")
            add_element(span, "begin", _write_moment(feature.begins))
            add_element(span, "end", _write_moment(feature.ends))
        is_area = layer.geometry == "MultiPolygon"
        style = f"area-{feature.group}" if is_area else styles[feature.group]
        add_element(mark, "styleUrl", f"#{style}")
        _add_values(mark, layer, feature)
        _add_shape(mark, layer, feature)


def _add_values(mark: ElementTree.Element, layer: Layer, feature: Feature) -> None:
    data = add_element(mark, "ExtendedData")
    for (name, _), value in zip(layer.columns, feature.values, strict=True):
        entry = add_element(data, "Data", name=name)
        add_element(entry, "value", "" if value is None else clean_line(str(value)))


def _write_moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _add_shape(mark: ElementTree.Element, layer: Layer, feature: Feature) -> None:
    if layer.geometry == "Point":
        _add_coordinates(add_element(mark, "Point"), feature.lines[0])
    elif layer.geometry == "LineString":
        line = add_element(mark, "LineString")
        add_element(line, "tessellate", "1")
        _add_coordinates(line, feature.lines[0])
    else:
        several = add_element(mark, "MultiGeometry")
        for ring in feature.lines:
            edge = add_element(add_element(several, "Polygon"), "outerBoundaryIs")
            _add_coordinates(add_element(edge, "LinearRing"), ring)


def _add_coordinates(shape: ElementTree.Element, points: tuple[tuple[float, float], ...]) -> None:
    text = " ".join(f"{write_degrees(lon)},{write_degrees(lat)}" for lon, lat in points)
    add_element(shape, "coordinates", text)
