"""Places and pins that contradict the rest: sites outside their commune, shelves too small."""

import csv
from pathlib import Path

import pytest

from planning.answers.check import check_folder
from province.checks.relations import measure_outside_km
from province.findings import Finding

SQUARE = (((0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.0, 0.1), (0.0, 0.0)),)


def edit(file: Path, key: str, **cells: str) -> None:
    """Change cells of the row whose first cell is `key`."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    for row in rows:
        if next(iter(row.values())) == key:
            row.update(cells)
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(dict.fromkeys(k for row in rows for k in row)))
        writer.writeheader()
        writer.writerows(rows)


def check(folder: Path) -> list[Finding]:
    _, faults, warnings = check_folder(folder)
    return [*faults, *warnings]


@pytest.mark.parametrize(
    ("lon", "lat", "km"),
    # a hundredth of a degree on the equator is 1.112 km
    [(0.05, 0.05, 0), (0.1, 0.05, 0), (0.2, 0.05, 11.12), (0.05, -0.05, 5.56), (0.13, 0.14, 5.56)],
)
def test_kilometres_outside_an_outline(lon: float, lat: float, km: float) -> None:
    assert measure_outside_km(lon, lat, SQUARE) == pytest.approx(km, abs=0.01)


def test_a_part_of_a_commune_lies_inside_too() -> None:
    far = tuple((x + 1, y) for x, y in SQUARE[0])
    assert measure_outside_km(1.05, 0.05, (*SQUARE, far)) == 0
    assert measure_outside_km(0.5, 0.05, (*SQUARE, far)) == pytest.approx(44.48, abs=0.01)


def find_edge(folder: Path) -> tuple[str, float, float]:
    """Return a library of the northernmost commune, and the commune's north end."""
    province, _, _ = check_folder(folder)
    assert province is not None
    tops = {
        commune.code: max((p for ring in commune.outline for p in ring), key=lambda p: p[1])
        for commune in province.communes
    }
    site = max(
        (site for site in province.sites if site.takes_rotation),
        key=lambda site: tops[site.commune_code][1],
    )
    return str(site.site_id), *tops[site.commune_code]


@pytest.mark.parametrize(("km", "is_told"), [(3, False), (8, True), (16, True)])
def test_a_site_far_outside_its_commune_is_found(km, is_told, small_folder) -> None:
    site_id, lon, lat = find_edge(small_folder)
    edit(small_folder / "libraries.csv", site_id, lon=f"{lon:.6f}", lat=f"{lat + km / 111.2:.6f}")
    told = [f for f in check(small_folder) if f.column == "lon" and f.row]  # with a row: no road's
    assert len(told) == is_told
    if km == 8:  # schematic outlines are not true; beyond 10 km a place is wrong all the same
        assert (dict(told[0].expected.values)["far"], told[0].is_warning) == (8, True)
    assert all(f.is_warning is (km < 10) for f in told)


def test_batches_pinned_beyond_a_shelf_are_found(small_folder) -> None:
    province, _, _ = check_folder(small_folder)
    assert province is not None
    first, second = province.batches[:2]
    site = next(site for site in province.sites if site.takes_rotation)
    room = max(first.books, second.books)
    edit(small_folder / "libraries.csv", site.site_id, capacity_books=str(room))
    edit(small_folder / "batches.csv", first.batch_id, pinned_site=site.site_id)
    assert not [f for f in check(small_folder) if f.column == "pinned_site"]
    edit(small_folder / "batches.csv", second.batch_id, pinned_site=site.site_id)
    (finding,) = [f for f in check(small_folder) if f.column == "pinned_site"]
    values = dict(finding.expected.values)
    assert (finding.row, finding.is_warning) == (3, False)
    assert (values["books"], values["capacity"]) == (first.books + second.books, room)
    edit(small_folder / "batches.csv", first.batch_id, pinned_until="2020-01-31")
    assert not [f for f in check(small_folder) if f.column == "pinned_site"]  # it is history


def test_a_pin_where_no_batch_may_stay_is_found(small_folder) -> None:
    province, _, _ = check_folder(small_folder)
    assert province is not None
    depot = province.depots[0].site_id
    edit(small_folder / "batches.csv", province.batches[0].batch_id, pinned_site=depot)
    (finding,) = [f for f in check(small_folder) if f.column == "pinned_site"]
    assert (finding.row, finding.value) == (2, depot)
