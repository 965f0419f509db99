"""Hand-over sites and stationed motorbikes: what is refused, what is warned of, what is fine."""

from pathlib import Path

import pytest
from village_province import edit_table, make_village

from province.errors import InputError
from province.read import read_province
from roads.findings import find_road_faults


def test_a_village_with_a_motorbike_reads_without_a_finding(tmp_path: Path) -> None:
    province = read_province(make_village(tmp_path / "good"))
    assert province.warnings == ()
    assert province.site_by_id["TV3"].handover_site == "TV4"
    assert [vehicle.vehicle_id for vehicle in province.fleet] == ["XE1", "XE2", "XE3"]


@pytest.mark.parametrize(
    ("handover", "advice"),
    [
        ("TV3", "name a site that a bus, truck or car reaches"),
        ("KHO", "name the place where the road for cars ends"),
        ("TV9", "an id that stands in libraries.csv"),
    ],
)
def test_a_hand_over_site_that_cannot_be_one_is_refused(
    tmp_path: Path, handover: str, advice: str
) -> None:
    folder = make_village(tmp_path / "bad", handover=handover)
    with pytest.raises(InputError) as caught:
        read_province(folder)
    assert "libraries.csv:5 handover_site" in str(caught.value)
    assert advice in str(caught.value)


def test_a_hand_over_site_beyond_another_one_is_refused(tmp_path: Path) -> None:
    folder = make_village(tmp_path / "chain")
    edit_table(folder / "libraries.csv", {"TV4": {"handover_site": "TV1"}})
    with pytest.raises(InputError, match=r"libraries\.csv:5 handover_site"):
        read_province(folder)


def test_only_motorbikes_are_stationed_in_a_village(tmp_path: Path) -> None:
    folder = make_village(tmp_path / "truck", kind="truck")
    with pytest.raises(InputError, match=r"vehicles\.csv:5 depot_id: .*only motorbikes"):
        read_province(folder)


def test_a_motorbike_has_a_depot_or_a_village_beyond_a_hand_over_site(tmp_path: Path) -> None:
    folder = make_village(tmp_path / "elsewhere", depot_id="TV2")
    with pytest.raises(InputError, match=r"vehicles\.csv:5 depot_id"):
        read_province(folder)


def test_a_hand_over_site_without_a_motorbike_is_warned_of(tmp_path: Path) -> None:
    folder = make_village(tmp_path / "none", depot_id="KHO")
    (warning,) = read_province(folder).warnings
    assert (warning.file, warning.row, warning.column) == ("libraries.csv", 5, "handover_site")


def test_only_a_village_without_a_motorbike_of_its_own_is_reached_too_little(
    tmp_path: Path,
) -> None:
    served = find_road_faults(read_province(make_village(tmp_path / "served")))
    alone = find_road_faults(read_province(make_village(tmp_path / "alone", depot_id="KHO")))
    assert not [w for w in served.warnings if "TV3" in str(w)]
    assert [w for w in alone.warnings if "TV3" in str(w)]
