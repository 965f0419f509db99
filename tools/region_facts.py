"""The facts about the communes of the ten provinces that their cells are computed from."""

from dataclasses import dataclass

import networkx as nx

from tools.son_la_facts import PROVINCE_CODE, read_commune_facts, read_rows

Borders = dict[tuple[str, str], float]
"""Kilometres that two communes have in common, by their codes in ascending order."""

LARGEST_RING = 24
"""Neighbours up to which it is asked whether they stand in a ring; more would take for ever."""


@dataclass(frozen=True, slots=True)
class RegionCommune:
    """A commune of the ten provinces.

    Parameters
    ----------
    label
        (lon, lat) of the point deepest inside it: the centre of the largest circle in it.
    seat
        (lon, lat), inside it.
    """

    code: str
    name: str
    kind: str
    province_code: str
    area_km2: float
    population: int
    old_units: tuple[str, ...]
    label: tuple[float, float]
    seat: tuple[float, float]
    seat_source: str


def read_region() -> tuple[RegionCommune, ...]:
    """Return the 841 communes, sorted by code; those of Sơn La as its own tables have them."""
    own = {commune.code: commune for commune in read_commune_facts()}
    communes = []
    for row in read_rows("northern_communes_2025.csv"):
        code, label = row["code"], (float(row["label_lon"]), float(row["label_lat"]))
        known = own.get(code)
        communes.append(
            RegionCommune(
                code=code,
                name=row["name"],
                kind=row["kind"],
                province_code=row["province_code"],
                area_km2=known.area_km2 if known else float(row["area_km2"]),
                population=known.population if known else int(row["population"]),
                old_units=known.old_units if known else split_units(row["old_units"]),
                label=label,
                seat=(known.lon, known.lat) if known else label,
                seat_source=known.seat_source if known else "label point",
            )
        )
    return tuple(sorted(communes, key=lambda commune: commune.code))


def split_units(text: str) -> tuple[str, ...]:
    """Return the units that a commune was made of."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def read_borders(communes: tuple[RegionCommune, ...]) -> Borders:
    """Return which communes touch; inside Sơn La as its own table has it, which is surer."""
    own = {commune.code for commune in communes if commune.province_code == PROVINCE_CODE}
    borders = {
        (row["code_a"], row["code_b"]): float(row["border_km"])
        for row in read_rows("northern_adjacency_2025.csv")
        if not (row["code_a"] in own and row["code_b"] in own)
    }
    for row in read_rows("sonla_adjacency_2025.csv"):
        low, high = sorted((row["code_a"], row["code_b"]))
        borders[low, high] = float(row["shared_border_km"])
    return borders


def find_inner(borders: Borders) -> frozenset[str]:
    """Return the communes whose neighbours stand in a ring about them: the edge is not theirs."""
    graph: nx.Graph[str] = nx.Graph(sorted(borders))
    return frozenset(code for code in graph if _stand_in_ring(graph, sorted(graph[code])))


def _stand_in_ring(graph: "nx.Graph[str]", around: list[str]) -> bool:
    """Whether some order of the neighbours has each touch the next, and the last the first."""
    if not 3 <= len(around) <= LARGEST_RING:
        return False
    beside = {code: sorted(set(graph[code]) & set(around)) for code in around}
    first, seen = around[0], {around[0]}

    def goes_on(last: str) -> bool:
        if len(seen) == len(around):
            return first in beside[last]
        for code in beside[last]:
            if code not in seen:
                seen.add(code)
                if goes_on(code):
                    return True
                seen.remove(code)
        return False

    return goes_on(first)
