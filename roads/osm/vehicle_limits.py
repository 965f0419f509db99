"""What the tags of a way or a node limit: tonnes, height, width; and what of it is not read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from roads.osm.quantities import parse_metres, parse_tonnes, words

Unread = tuple[tuple[str, str], ...]
"""Keys and values that say something which is not read."""

DIRECTIONS = ("", ":forward", ":backward", ":both_ways")
WEIGHTS = words(
    "maxweight maxweightrating maxweight:hgv maxweightrating:hgv maxweight:goods "
    "maxweightrating:goods maxweight:bus maxweightrating:bus maxgcweight maxgcweightrating"
)
HEIGHTS = words("maxheight maxheight:physical maxheight:hgv maxheight:signed")
WIDTHS = words("maxwidth maxwidth:physical maxwidth:hgv")
OF_ROADS = words("width est_width")
NO_LIMIT = words(
    "none no unlimited default below_default above_default unsigned no_sign no_indications "
    "unknown yes implicit signals variable"
)
"""Values that name no number."""

LIMIT_KEYS = tuple(sorted(k + way for k in WEIGHTS | HEIGHTS | WIDTHS for way in DIRECTIONS))


@dataclass(frozen=True, slots=True)
class TaggedLimits:
    """The heaviest (tonnes), highest and widest (metres) vehicle let through; None: no limit.

    Parameters
    ----------
    unread
        What is tagged and was not read.
    """

    max_t: float | None = None
    max_height_m: float | None = None
    max_width_m: float | None = None
    unread: Unread = ()


def read_limits(tags: Mapping[str, str], *, is_road: bool = True) -> TaggedLimits:
    """Return the smallest limits that tags name; a limit for trucks counts for every vehicle.

    Parameters
    ----------
    is_road
        Whether the width of the thing itself is that of a road.
    """
    unread: list[tuple[str, str]] = []
    max_t = _find_least(tags, WEIGHTS, parse_tonnes, unread)
    max_height_m = _find_least(tags, HEIGHTS, parse_metres, unread)
    max_width_m = _find_least(tags, WIDTHS | (OF_ROADS if is_road else set()), parse_metres, unread)
    return TaggedLimits(max_t, max_height_m, max_width_m, tuple(unread))


def _find_least(
    tags: Mapping[str, str],
    keys: frozenset[str],
    parse: Callable[[str], float | None],
    unread: list[tuple[str, str]],
) -> float | None:
    least: float | None = None
    for key in sorted(key + way for key in keys for way in DIRECTIONS if key + way in tags):
        for part in tags[key].replace("|", ";").split(";"):
            if not part.strip() or part.strip().lower() in NO_LIMIT:
                continue
            value = parse(part)
            if value is None:
                unread.append((key, tags[key]))
            elif least is None or value < least:
                least = value
    return least


def least_of(*values: float | None) -> float | None:
    """Return the smallest of some limits; None where there is none."""
    return min((value for value in values if value is not None), default=None)
