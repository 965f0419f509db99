"""Reads the turn restrictions of an OpenStreetMap extract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from roads.osm.conditions import MARK, parse_clauses
from roads.osm.streams import stream_relations
from roads.osm.vehicle_limits import ALL_KINDS, COMMON, KEYS

KEY = "restriction"


@dataclass(frozen=True, slots=True)
class Restriction:
    """A turn restriction as the map tells it.

    Parameters
    ----------
    relation_id
        Its number in OpenStreetMap.
    is_only
        True when it forbids every turn but this one.
    starts, ends
        Ways that it is about before and behind.
    via_node
        The node at which one turns, or None.
    via_ways
        The ways between, in order; none where there is a node.
    vehicles
        Kinds that it forbids something to, sorted; all kinds: ().
    hours
        When it holds, in the OpenStreetMap syntax; "": always.
    """

    relation_id: int
    is_only: bool
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    via_node: int | None
    via_ways: tuple[int, ...]
    vehicles: tuple[str, ...]
    hours: str


@dataclass(frozen=True, slots=True)
class Restrictions:
    """The turn restrictions of an extract, and what tells them and is not read."""

    known: tuple[Restriction, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()


def read_restrictions(path: Path) -> Restrictions:
    """Return the turn restrictions of an extract, sorted by their numbers."""
    known: dict[int, list[Restriction]] = {}
    unread: list[tuple[str, str]] = []
    for relation in stream_relations(path, KEY):
        tags = dict(relation.tags)
        members = [(one.role, one.type, one.ref) for one in relation.members]
        rules, doubts = _read_rules(tags)
        places = _read_members(relation.id, members)
        if places is None and rules:
            doubts.append((KEY, f"{tags.get(KEY, '')} of relation {relation.id}"))
        elif places is not None and rules:
            known[relation.id] = [
                replace(places, is_only=is_only, vehicles=vehicles, hours=hours)
                for is_only, vehicles, hours in rules
            ]
        unread += doubts
    return Restrictions(tuple(r for key in sorted(known) for r in known[key]), tuple(unread))


def _read_members(relation_id: int, members: Sequence[tuple[str, str, int]]) -> Restriction | None:
    """Return a restriction with the ways and the node it is about; None where they lack."""
    starts = tuple(ref for role, kind, ref in members if role == "from" and kind == "w")
    ends = tuple(ref for role, kind, ref in members if role == "to" and kind == "w")
    nodes = [ref for role, kind, ref in members if role == "via" and kind == "n"]
    ways = tuple(ref for role, kind, ref in members if role == "via" and kind == "w")
    if not starts or not ends or len(nodes) + bool(ways) != 1:
        return None
    node = nodes[0] if nodes else None
    return Restriction(relation_id, False, starts, ends, node, ways, (), "")


Rule = tuple[bool, tuple[str, ...], str]
"""Whether it is an ``only_…``, whom it concerns, and when."""


def _read_rules(tags: Mapping[str, str]) -> tuple[list[Rule], list[tuple[str, str]]]:
    rules: list[Rule] = []
    unread: list[tuple[str, str]] = []
    excepted = {word.strip() for word in tags.get("except", "").split(";")}
    for key in sorted(tags):
        if key != KEY and not key.startswith(f"{KEY}:"):
            continue
        who = key.removesuffix(MARK).removeprefix(KEY).removeprefix(":")
        kinds = {kind for kind in ALL_KINDS if not who or who in (*_own(kind), *COMMON)}
        kinds = {kind for kind in kinds if not excepted & {*_own(kind), "motor_vehicle"}}
        dated = [(tags[key], "")]
        if key.endswith(MARK):
            clauses = parse_clauses(tags[key])
            if clauses is None or any(c.limits or not c.hours for c in clauses):
                unread.append((key, tags[key]))
                continue
            dated = [(clause.value, clause.hours) for clause in clauses]
        for value, hours in dated:
            if not value.startswith(("no_", "only_")):
                if value != "none":
                    unread.append((key, tags[key]))
            elif kinds:
                vehicles = () if kinds == ALL_KINDS else tuple(sorted(kinds))
                rules.append((value.startswith("only_"), vehicles, hours))
    return rules, unread


def _own(kind: str) -> tuple[str, ...]:
    """Return the keys that speak of a kind of vehicle and not of cars in general."""
    keys = KEYS[kind]
    own = tuple(key for key in keys if key not in (*COMMON, "motorcar"))
    if kind == "bus":
        return (*own, "bus")
    return own or keys[:1]


def list_turn_nodes(
    restrictions: Sequence[Restriction], nodes_of: Mapping[int, Sequence[int]]
) -> set[int]:
    """Return the nodes at which roads must end so that restrictions can be told.

    Parameters
    ----------
    nodes_of
        Node ids of the ways that lie between.
    """
    nodes = set()
    for restriction in restrictions:
        if restriction.via_node is not None:
            nodes.add(restriction.via_node)
        for way in restriction.via_ways:
            own = nodes_of.get(way, ())
            nodes |= {*own[:1], *own[-1:]}
    return nodes
