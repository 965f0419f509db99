"""Lines that can be found, cut and replaced, without building everything anew."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
import shapely

from roads.osm.lines import Line, cut_line
from roads.osm.nearest import index_lines, locate_on_line

AT_END_M = 10.0  # a cut nearer to an end than this is no cut


def make_node(edit_id: str, number: int) -> int:
    """Return the id of a node made by an edit: negative, the same in every import."""
    digest = hashlib.blake2b(f"{edit_id}/{number}".encode(), digest_size=5).digest()
    return -(2**41) - int.from_bytes(digest, "big")


class Patch:
    """The lines of a network while hand edits change them; numbers stay valid."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines: list[Line | None] = list(lines)
        self._num_old = len(lines)
        self._index = index_lines(lines)

    def save(self) -> list[Line | None]:
        """Return the lines as they are now, to go back to."""
        return list(self.lines)

    def restore(self, lines: list[Line | None]) -> None:
        """Go back to lines that were saved."""
        self.lines = lines

    def finish(self) -> list[Line]:
        """Return the lines that are left."""
        return [line for line in self.lines if line is not None]

    def line(self, number: int) -> Line:
        """Return a line that is still there."""
        line = self.lines[number]
        if line is None:
            raise LookupError(number)
        return line

    def list_near(self, place: tuple[float, float], within_m: float) -> list[tuple[float, int]]:
        """Return metres and number of the lines within some metres of a place, nearest first."""
        old = self._index.list_near(*place, within_m)
        found = [(metres, k) for metres, k in old if self.lines[k] is not None]
        for k in range(self._num_old, len(self.lines)):
            if self.lines[k] is not None:
                metres = self.locate(k, place)[0]
                if metres <= within_m:
                    found.append((metres, k))
        return sorted(found)

    def list_within(self, places: Iterable[tuple[float, float]], margin_m: float) -> list[int]:
        """Return the lines in the box around some places, those made by edits included."""
        plane = self._index.plane
        points = np.array(list(places))
        flat = plane.project(points[:, 0], points[:, 1])
        box = shapely.box(*(flat.min(axis=0) - margin_m), *(flat.max(axis=0) + margin_m))
        old = [k for k in sorted(self._index.tree.query(box)) if self.lines[k] is not None]
        new = [k for k in range(self._num_old, len(self.lines)) if self.lines[k] is not None]
        return [*old, *new]

    def locate(self, number: int, place: tuple[float, float]) -> tuple[float, float]:
        """Return metres from a place to a line, and the drawn metres along it to that point."""
        return locate_on_line(self.line(number), place)

    def cut(self, number: int, along_m: float, node: int) -> int:
        """Cut a line at a place along it; return the node there (an end's, when it is near)."""
        line = self.line(number)
        total_m = float(line.step_m.sum())
        if min(along_m, total_m - along_m) <= AT_END_M:
            return int(line.nodes[0] if along_m < total_m / 2 else line.nodes[-1])
        self.lines[number] = None
        self.lines.extend(cut_between(line, along_m, node))
        return node

    def put(self, number: int | None, line: Line) -> None:
        """Put a line in the place of another, or add it."""
        if number is None:
            self.lines.append(line)
        else:
            self.lines[number] = line

    def find_way(
        self, start: int, end: int, among: Iterable[int], fits: Callable[[Line], bool]
    ) -> list[tuple[int, bool]] | None:
        """Return the lines of the shortest way between two nodes, each with its direction.

        Oneways may be used against their direction: it is a stretch, not a drive.
        """
        graph: nx.Graph[int] = nx.Graph()
        for k in among:
            line = self.line(k)
            if fits(line):
                a, b, length_m = int(line.nodes[0]), int(line.nodes[-1]), line.length_m
                if not graph.has_edge(a, b) or graph[a][b]["length_m"] > length_m:
                    graph.add_edge(a, b, length_m=length_m, number=k)
        if start not in graph or end not in graph or not nx.has_path(graph, start, end):
            return None
        nodes = nx.shortest_path(graph, start, end, weight="length_m")
        numbers = [graph[a][b]["number"] for a, b in pairwise(nodes)]
        return [
            (k, int(self.line(k).nodes[0]) == a) for k, a in zip(numbers, nodes[:-1], strict=True)
        ]


def cut_between(line: Line, along_m: float, node: int) -> list[Line]:
    """Return the two parts of a line cut at a place along it, which becomes a node."""
    reached = line.along_m()
    k = int(np.clip(np.searchsorted(reached, along_m, side="right") - 1, 0, len(line.step_m) - 1))
    share = (along_m - reached[k]) / max(float(line.step_m[k]), 1e-9)
    lon = line.lon[k] + share * (line.lon[k + 1] - line.lon[k])
    lat = line.lat[k] + share * (line.lat[k + 1] - line.lat[k])
    first_m, second_m = share * line.step_m[k], (1 - share) * line.step_m[k]
    whole = replace(
        line,
        nodes=np.insert(line.nodes, k + 1, node),
        lon=np.insert(line.lon, k + 1, lon),
        lat=np.insert(line.lat, k + 1, lat),
        step_m=np.concatenate((line.step_m[:k], [first_m, second_m], line.step_m[k + 1 :])),
        ways=np.insert(line.ways, k, line.ways[k]),
        structures=np.insert(line.structures, k, line.structures[k]),
    )
    return cut_line(whole, [k + 1])
