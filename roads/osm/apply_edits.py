"""Applies hand edits to imported roads, or says why one no longer fits."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from province.findings import CellError, Finding
from province.language import message
from roads.osm.edits import Action, Edit, make_traits
from roads.osm.lines import Line, measure_steps_m, turn_line
from roads.osm.patch import Patch, make_node

ON_ROAD_M = 30.0  # how far a point may lie beside the road that it means
JOIN_M = 15.0  # how far the end of an added road may lie from the road it joins
SAME_ROAD_M = 12.0  # a road drawn as near as this to another is the same road
SAME_SHARE = 0.8
NEAR_END_M = 30.0  # near its ends an added road is near the roads that it joins
SAMPLE_M = 25.0
MARGIN_M = 500.0
DETOUR_FACTOR, DETOUR_M = 1.5, 200.0  # how much longer than drawn a stretch may be


def apply_edits(
    lines: Sequence[Line], edits: Sequence[Edit]
) -> tuple[list[Line], int, tuple[Finding, ...]]:
    """Return the lines after all edits, how many fit, and a warning for each that does not.

    An edit that does not fit changes nothing. Later edits see what earlier ones did.
    """
    if not edits:
        return list(lines), 0, ()
    patch, findings, num_applied = Patch(lines), [], 0
    for edit in edits:
        before = patch.save()
        try:
            ACTIONS[edit.row.action](patch, edit)
        except CellError as misfit:
            patch.restore(before)
            value = f"{edit.row.edit_id} ({edit.row.action.value})"
            findings.append(
                Finding(edit.file, edit.line, "wkt", value, misfit.expected, misfit.advice, True)
            )
        else:
            num_applied += 1
    return patch.finish(), num_applied, tuple(findings)


def _fit(edit: Edit) -> Callable[[Line], bool]:
    """Return whether a line is on the way, or else the road number, that an edit names."""
    row = edit.row

    def fits(line: Line) -> bool:
        if row.way_id is not None and row.way_id in line.way_ids:
            return True
        if row.ref:
            return row.ref in (part.strip() for part in line.traits.ref.split(";"))
        return row.way_id is None

    return fits


def _find_line(patch: Patch, edit: Edit, place: tuple[float, float]) -> int:
    """Return the line that an edit means at a place: by way, then by road number, then nearest."""
    near = patch.list_near(place, ON_ROAD_M)
    fits = _fit(edit)
    fitting = [(metres, k) for metres, k in near if fits(patch.line(k))]
    if fitting:
        named = [(m, k) for m, k in fitting if edit.row.way_id in patch.line(k).way_ids]
        return min(named or fitting)[1]
    wanted = edit.row.ref or edit.row.way_id or "-"
    advice = message(
        "OpenStreetMap has moved or removed it: draw the place again, or delete the row"
    )
    if near:
        found = patch.line(near[0][1])
        advice = message(
            "the road there is {ref}, way {way}: correct way_id or ref, or delete the row",
            ref=found.traits.ref or "-",
            way=", ".join(map(str, found.way_ids)),
        )
    expected = message("a road ({road}) within {metres} m", road=wanted, metres=round(ON_ROAD_M))
    raise CellError(expected, advice)


def _find_stretch(patch: Patch, edit: Edit) -> list[tuple[int, bool]]:
    """Return the lines meant, each with whether it is drawn from the first point to the last."""
    places = edit.row.wkt
    if len(places) == 1:
        return [(_find_line(patch, edit, places[0]), True)]
    ends = []
    for number, place in enumerate((places[0], places[-1])):
        line = _find_line(patch, edit, place)
        ends.append(
            patch.cut(line, patch.locate(line, place)[1], make_node(edit.row.edit_id, number))
        )
    drawn_m = float(measure_steps_m(*np.array(places).T).sum())
    way = patch.find_way(ends[0], ends[1], patch.list_within(places, MARGIN_M), _fit(edit))
    length_m = sum(patch.line(k).length_m for k, _ in way or ())
    if not way or length_m > DETOUR_FACTOR * drawn_m + DETOUR_M:
        raise CellError(
            message("a road from the first to the last point"),
            message("draw the stretch along the road again, or delete the row"),
        )
    return way


def _change(patch: Patch, edit: Edit) -> None:
    row, changes = edit.row, edit.changes
    stretch = _find_stretch(patch, edit)
    is_drawn = len(row.wkt) > 1
    is_turned = is_drawn and (row.km_from is not None or row.oneway is True)
    total_m = sum(float(patch.line(k).step_m.sum()) for k, _ in stretch)
    km = row.km_from
    before = [patch.line(k) for k, _ in stretch]
    for (k, is_forward), old in zip(stretch, before, strict=True):
        line, is_along = old, is_forward
        if is_turned and not is_forward and (row.oneway or not line.traits.is_oneway):
            line, is_along = turn_line(line), True
        if row.length_m is not None:
            line = replace(line, length_factor=row.length_m / max(total_m, 1.0))
        if km is not None:
            begin, km = km, km + line.length_m / 1000
            line = replace(line, km_from=begin if is_along else km, km_sign=1 if is_along else -1)
        patch.put(
            k,
            replace(
                line,
                traits=replace(line.traits, **changes),
                edits=(*line.edits, row.edit_id),
            ),
        )
    has_new = row.km_from is not None or row.length_m is not None
    if not has_new and all(replace(x.traits, **changes) == x.traits for x in before):
        raise CellError(
            message("a road that is different from the edit"),
            message("OpenStreetMap has it now: delete the row"),
        )


def _remove(patch: Patch, edit: Edit) -> None:
    for k, _ in _find_stretch(patch, edit):
        patch.lines[k] = None


def _split(patch: Patch, edit: Edit) -> None:
    place = edit.row.wkt[0]
    k = _find_line(patch, edit, place)
    node = make_node(edit.row.edit_id, 0)
    old = patch.line(k)
    if patch.cut(k, patch.locate(k, place)[1], node) != node:
        raise CellError(
            message("a place inside a segment"),
            message("there is a junction at this place already: delete the row"),
        )
    for number in range(len(patch.lines) - 2, len(patch.lines)):
        patch.put(number, replace(patch.line(number), edits=(*old.edits, edit.row.edit_id)))


def _add(patch: Patch, edit: Edit) -> None:
    lon, lat = np.array(edit.row.wkt).T
    _refuse_known_road(patch, edit)
    nodes = [make_node(edit.row.edit_id, 2 + k) for k in range(len(lon))]
    is_joined = False
    for k in (0, len(lon) - 1):
        near = patch.list_near((float(lon[k]), float(lat[k])), JOIN_M)
        if not near:
            continue
        is_joined = True
        number = near[0][1]
        along_m = patch.locate(number, (float(lon[k]), float(lat[k])))[1]
        nodes[k] = patch.cut(number, along_m, nodes[k])
        lon[k], lat[k] = _find_place(patch, nodes[k], number)
    if not is_joined:
        raise CellError(
            message("a line that begins or ends within {metres} m of a road", metres=round(JOIN_M)),
            message("draw its end onto the road it joins"),
        )
    step_m = measure_steps_m(lon, lat)
    line = Line(
        traits=make_traits(edit),
        nodes=np.array(nodes, dtype=np.int64),
        lon=lon,
        lat=lat,
        step_m=step_m,
        ways=np.zeros(len(step_m), dtype=np.int64),
        structures=np.zeros(len(step_m), dtype=np.uint8),
        edits=(edit.row.edit_id,),
        km_from=edit.row.km_from,
    )
    if edit.row.length_m is not None:
        line = replace(line, length_factor=edit.row.length_m / max(float(step_m.sum()), 1.0))
    patch.put(None, line)


def _find_place(patch: Patch, node: int, number: int) -> tuple[float, float]:
    """Return the place of a node that a line has, or got when it was cut."""
    part = patch.lines[number] or patch.line(len(patch.lines) - 1)
    k = 0 if int(part.nodes[0]) == node else -1
    return float(part.lon[k]), float(part.lat[k])


def _refuse_known_road(patch: Patch, edit: Edit) -> None:
    """Raise when the roads already have what an edit adds."""
    lon, lat = np.array(edit.row.wkt).T
    along = np.concatenate(([0.0], np.cumsum(measure_steps_m(lon, lat))))
    inner = np.arange(NEAR_END_M, along[-1] - NEAR_END_M, SAMPLE_M)
    if not len(inner):
        return
    places = np.column_stack((np.interp(inner, along, lon), np.interp(inner, along, lat)))
    known = [bool(patch.list_near((x, y), SAME_ROAD_M)) for x, y in places.tolist()]
    if sum(known) >= SAME_SHARE * len(known):
        raise CellError(
            message("a road that OpenStreetMap lacks"),
            message("OpenStreetMap has it now: delete the row"),
        )


ACTIONS: dict[Action, Callable[[Patch, Edit], None]] = {
    Action.ADD: _add,
    Action.CHANGE: _change,
    Action.REMOVE: _remove,
    Action.SPLIT: _split,
}
