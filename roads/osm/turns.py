"""Finds the lines that turn restrictions forbid to drive one after the other."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from roads.osm.lines import Line
from roads.osm.restrictions import KEY, Restriction

Steps = tuple[tuple[int, bool], ...]
"""Numbers of lines, each with whether it is driven from its start to its end."""


@dataclass(frozen=True, slots=True)
class ForbiddenTurn:
    """Lines that may not be driven one after the other, to whom and when (as `Restriction`)."""

    turn_id: str
    steps: Steps
    vehicles: tuple[str, ...]
    hours: str


class _Ends:
    """Where lines begin and end, and how they may be driven."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.at: dict[int, list[tuple[int, bool]]] = {}
        for number, line in enumerate(lines):
            self.at.setdefault(int(line.nodes[0]), []).append((number, True))
            self.at.setdefault(int(line.nodes[-1]), []).append((number, False))

    def leave(self, node: int, way: int | None = None) -> list[tuple[int, bool]]:
        """Return the lines, with their direction, by which one leaves a node along a way."""
        return [
            (number, is_start)
            for number, is_start in self.at.get(node, ())
            if (is_start or not self.lines[number].traits.is_oneway)
            and (way is None or self.way_of(number, is_start) == way)
        ]

    def come(self, node: int, way: int) -> list[tuple[int, bool]]:
        """Return the lines, with their direction, by which one comes to a node along a way."""
        return [
            (number, not is_start)
            for number, is_start in self.at.get(node, ())
            if (not is_start or not self.lines[number].traits.is_oneway)
            and self.way_of(number, is_start) == way
        ]

    def way_of(self, number: int, is_start: bool) -> int:
        """Return the way that a line begins, or ends, with."""
        return int(self.lines[number].ways[0 if is_start else -1])

    def end(self, step: tuple[int, bool]) -> int:
        """Return the node at which a line, driven in a direction, ends."""
        return int(self.lines[step[0]].nodes[-1 if step[1] else 0])


def find_turns(
    lines: Sequence[Line],
    restrictions: Sequence[Restriction],
    nodes_of: Mapping[int, Sequence[int]],
) -> tuple[list[ForbiddenTurn], Counter[tuple[str, str]]]:
    """Return the turns that restrictions forbid, and how many restrictions find no place.

    An ``only_…`` forbids every other way on, turning round included. Restrictions whose roads were
    not taken over forbid nothing that could be driven; those whose roads do not meet as they say
    are counted.
    """
    ends = _Ends(lines)
    ways = {int(way) for line in lines for way in {*line.ways.tolist()}}
    turns: list[ForbiddenTurn] = []
    lost: Counter[tuple[str, str]] = Counter()
    for restriction in restrictions:
        used = {*restriction.starts[:1], *restriction.via_ways, *restriction.ends[:1]}
        if not used <= ways:
            continue
        found = list(dict.fromkeys(_place(ends, restriction, nodes_of)))
        if not found and not _is_harmless(ends, restriction):
            lost[KEY, f"relation {restriction.relation_id}"] += 1
        start = sum(t.turn_id.startswith(f"r{restriction.relation_id}-") for t in turns[-64:])
        turns += [
            ForbiddenTurn(
                f"r{restriction.relation_id}-{start + k}",
                steps,
                restriction.vehicles,
                restriction.hours,
            )
            for k, steps in enumerate(found, 1)
        ]
    return turns, lost


def _is_harmless(ends: _Ends, restriction: Restriction) -> bool:
    """Whether oneways already forbid what a restriction at a node forbids."""
    node = restriction.via_node
    if node is None:
        return False
    start, end = restriction.starts[0], restriction.ends[0]
    meeting = [ends.way_of(number, is_start) for number, is_start in ends.at.get(node, ())]
    can_turn = ends.come(node, start) and ends.leave(node, end)
    return start in meeting and end in meeting and not can_turn


def _place(
    ends: _Ends, restriction: Restriction, nodes_of: Mapping[int, Sequence[int]]
) -> Iterator[Steps]:
    for start in restriction.starts:
        for end in restriction.ends:
            for before, node in _approach(ends, restriction, start, nodes_of):
                onward = ends.leave(node, end)
                if restriction.is_only:
                    kept = set(onward)
                    onward = [step for step in ends.leave(node) if step not in kept] if kept else []
                elif start != end and len(onward) > 1:
                    continue  # the way goes on behind the node: which turn is meant?
                elif start == end and restriction.via_node is not None:
                    # round on the spot, where the way goes on behind the node as well
                    round_again = (before[-1][0], not before[-1][1])
                    onward = [step for step in onward if step == round_again]
                for step in onward:
                    yield (*before, step)


def _approach(
    ends: _Ends, restriction: Restriction, start: int, nodes_of: Mapping[int, Sequence[int]]
) -> Iterator[tuple[Steps, int]]:
    """Yield the steps up to the node at which one must not turn, and that node."""
    if restriction.via_node is not None:
        coming = ends.come(restriction.via_node, start)
        is_clear = len(coming) == 1 or start in restriction.ends
        for step in coming if is_clear else ():  # else it goes on behind the node
            yield (step,), restriction.via_node
        return
    via = [tuple(nodes_of.get(way, ())) for way in restriction.via_ways]
    if any(len(nodes) < 2 for nodes in via):
        return
    for first in {via[0][0], via[0][-1]}:
        for step in ends.come(first, start):
            between = _follow(ends, first, via)
            if between is not None and between[0]:
                yield (step, *between[0]), between[1]


def _follow(ends: _Ends, node: int, via: Sequence[tuple[int, ...]]) -> tuple[Steps, int] | None:
    """Return the steps along ways one after the other, and the node they lead to."""
    steps: list[tuple[int, bool]] = []
    for nodes in via:
        if node not in (nodes[0], nodes[-1]):
            return None
        along = nodes if node == nodes[0] else nodes[::-1]
        places = [one for one in along if one in ends.at]
        for here, there in pairwise(places):
            step = next((s for s in ends.leave(here) if ends.end(s) == there), None)
            if step is None:
                return None
            steps.append(step)
        node = along[-1]
    return tuple(steps), node
