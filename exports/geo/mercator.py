"""Places degrees on a flat picture in Web Mercator, the projection of every map we draw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import asinh, atan, degrees, radians, sinh, tan

LEAST_SPAN = 0.02
"""A picture is at least this many degrees wide and high, so that one place still has a map."""


def to_mercator(lat: float) -> float:
    """Return the north coordinate of a latitude, in degrees of longitude at the equator."""
    return degrees(asinh(tan(radians(lat))))


def from_mercator(north: float) -> float:
    """Return the latitude of a north coordinate."""
    return degrees(atan(sinh(radians(north))))


Rectangle = tuple[float, float, float, float]
"""Left, upper, right and lower edge in picture units."""


def overlap(one: Rectangle, other: Rectangle) -> bool:
    """Return whether two rectangles of a picture share more than an edge."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@dataclass(frozen=True, slots=True)
class Frame:
    """A window of the map and the picture it fills.

    Parameters
    ----------
    bounds
        West, south, east, north, EPSG:4326 degrees.
    scale
        Picture units for one degree of longitude.
    """

    bounds: tuple[float, float, float, float]
    scale: float

    def place(self, lon: float, lat: float) -> tuple[int, int]:
        """Return where a point lies, in whole units right and down from the upper left corner."""
        west, _, _, north = self.bounds
        down = (to_mercator(north) - to_mercator(lat)) * self.scale
        return round((lon - west) * self.scale), round(down)

    @property
    def width(self) -> int:
        """Width of the picture."""
        return self.place(self.bounds[2], self.bounds[3])[0]

    @property
    def height(self) -> int:
        """Height of the picture."""
        return self.place(self.bounds[2], self.bounds[1])[1]

    def trace(self, lines: Iterable[Sequence[tuple[float, float]]]) -> str:
        """Return lines as the steps of an SVG path, in whole units."""
        steps = []
        for line in lines:
            x, y = self.place(*line[0])
            steps.append(f"M{x} {y}")
            rest = []
            for lon, lat in line[1:]:
                next_x, next_y = self.place(lon, lat)
                if (next_x, next_y) != (x, y):
                    rest.append(f"{next_x - x} {next_y - y}")
                x, y = next_x, next_y
            steps.append(f"l{' '.join(rest)}" if rest else "")
        return "".join(steps)

    @property
    def degrees_per_unit(self) -> float:
        """How many degrees of longitude one unit shows."""
        return 1 / self.scale


def frame_points(
    points: Sequence[tuple[float, float]], width: int, height: int, margin: int
) -> Frame:
    """Return the frame of a picture in which points lie, with a margin in picture units."""
    lons = [lon for lon, _ in points]
    norths = [to_mercator(lat) for _, lat in points]
    span = max(max(lons) - min(lons), LEAST_SPAN), max(max(norths) - min(norths), LEAST_SPAN)
    scale = min((width - 2 * margin) / span[0], (height - 2 * margin) / span[1])
    lon, north = (min(lons) + max(lons)) / 2, (min(norths) + max(norths)) / 2
    half = width / 2 / scale, height / 2 / scale
    bounds = (
        lon - half[0], from_mercator(north - half[1]),
        lon + half[0], from_mercator(north + half[1]),
    )  # fmt: skip
    return Frame(bounds, scale)


def frame_bounds(bounds: tuple[float, float, float, float] | None, side: int) -> Frame:
    """Return the frame of a picture that shows a box, its longer side so many units long."""
    west, south, east, north = bounds or (0.0, 0.0, 1.0, 1.0)
    span = max(east - west, to_mercator(north) - to_mercator(south), 1e-9)
    return Frame((west, south, east, north), side / span)
