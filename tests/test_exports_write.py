"""Documents appear whole, the same each time, and only where they may."""

import fnmatch
from dataclasses import replace
from pathlib import Path

import pytest
from hostile_province import HOSTILE, rename_trips, write_hostile_folder
from plan_fixture import add_rides, make_plan
from replanned_fixture import make_replanned, plan_for
from system_folder import known_to

from exports import write
from exports.text.plain import name_files
from exports.write import (
    DOCUMENTS,
    Document,
    list_usual,
    load_draw,
    refuse_existing,
    write_documents,
)
from planning.plan_facts import refuse_strange_names
from province.errors import InputError
from province.facts import Province
from province.ids import SegmentId, TripId, VisitId
from province.read import read_province
from routing.trips import Leg, Stop


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_every_document_is_written(small: Province, tmp_path: Path) -> None:
    folder = tmp_path / "kế hoạch" / "2026-12"
    plan = add_rides(make_plan(small), small)
    files = write_documents(plan, small, folder, language="en", overwrite=False)
    written = contents(folder)
    for document in DOCUMENTS:
        found = fnmatch.filter(written, document.files)
        is_due = document.is_usual and not document.is_occasional
        assert bool(found) == is_due, document.name
    assert {"drivers/T01.html", "gpx/T01.gpx", "plan.json", "trips.csv"} <= set(written)
    assert sorted(path.relative_to(folder).as_posix() for path in files) == sorted(contents(folder))
    assert [path.name for path in folder.parent.iterdir()] == ["2026-12"]


def test_a_month_planned_again_has_its_changes_and_only_while_it_is(
    small: Province, tmp_path: Path
) -> None:
    again = make_replanned(small)
    for plan, has_changes in ((again, True), (replace(again, replanned=None), False)):
        write_documents(plan, small, tmp_path / "m", language="vi", overwrite=True)
        written = contents(tmp_path / "m")
        told = [document for document in DOCUMENTS if document.tells_changes]
        assert len(told) == 4
        for document in told:
            assert bool(fnmatch.filter(written, document.files)) == has_changes, document.name


def test_the_usual_documents_are_all_but_those_asked_for() -> None:
    others = {document.name for document in DOCUMENTS} - set(list_usual())
    assert others == {"plan", "kml", "library-system"}


def test_the_same_plan_gives_the_same_bytes(small: Province, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_documents(make_plan(small), small, tmp_path / name, language="vi", overwrite=False)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_nothing_is_replaced_unasked(small: Province, tmp_path: Path) -> None:
    plan = make_plan(small)
    write_documents(plan, small, tmp_path / "m", language="en", overwrite=False)
    before = contents(tmp_path / "m")
    with pytest.raises(InputError) as caught:
        write_documents(plan, small, tmp_path / "m", language="vi", overwrite=False)
    assert caught.value.exit_code == 3
    with pytest.raises(InputError):
        refuse_existing(tmp_path / "m", overwrite=False)
    assert contents(tmp_path / "m") == before
    refuse_existing(tmp_path / "m", overwrite=True)
    refuse_existing(tmp_path / "new", overwrite=False)


def test_overwriting_drops_old_sheets_and_keeps_strange_files(
    small: Province, tmp_path: Path
) -> None:
    (tmp_path / "m" / "drivers").mkdir(parents=True)
    (tmp_path / "m" / "drivers" / "OLD.html").write_text("old", encoding="utf-8")
    (tmp_path / "m" / "note.txt").write_text("mine", encoding="utf-8")
    write_documents(make_plan(small), small, tmp_path / "m", language="en", overwrite=True)
    assert "drivers/OLD.html" not in contents(tmp_path / "m")
    assert contents(tmp_path / "m")["note.txt"] == b"mine"


def test_only_some_documents_leave_the_others(small: Province, tmp_path: Path) -> None:
    plan = make_plan(small)
    files = write_documents(
        plan, small, tmp_path / "m", language="en", only=("trips",), overwrite=False
    )
    assert [path.name for path in files] == ["trips.csv"]
    write_documents(plan, small, tmp_path / "m", language="en", only=("unserved",), overwrite=False)
    assert sorted(contents(tmp_path / "m")) == ["trips.csv", "unserved.csv"]
    with pytest.raises(InputError, match="timetable"):
        write_documents(
            plan, small, tmp_path / "m", language="en", only=("timetable",), overwrite=True
        )


def test_a_failure_leaves_everything_as_it_was(
    small: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_plan(small)
    write_documents(plan, small, tmp_path / "m", language="en", overwrite=False)
    before = contents(tmp_path / "m")

    def draw_badly(plan, province, language):
        yield "trips.csv", b"half"
        raise OSError("disk full")

    monkeypatch.setattr(write, "load_draw", lambda document: draw_badly)
    with pytest.raises(OSError, match="disk full"):
        write_documents(plan, small, tmp_path / "m", language="en", only=("trips",), overwrite=True)
    assert contents(tmp_path / "m") == before
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


@pytest.mark.parametrize(
    "name",
    [
        "drivers/../../x.html",
        "/drivers/x.html",
        "drivers\\..\\..\\x.html",
        "drivers/C:x.html",
        "x.html",
    ],
)
def test_no_document_leaves_its_folder(
    name: str, small: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "load_draw", lambda document: lambda *_: iter([(name, b"")]))
    with pytest.raises(ValueError, match="may not write"):
        write_documents(
            make_plan(small), small, tmp_path / "m", language="en", only=("drivers",),
            overwrite=True,
        )  # fmt: skip
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["path", "windows_path", "lines", "formula"])
def test_hostile_ids_never_leave_the_folder(kind: str, tmp_path: Path) -> None:
    folder = write_hostile_folder(tmp_path / "province", HOSTILE[kind], in_ids=True)
    before = contents(tmp_path)
    province = read_province(folder)
    plan = rename_trips(make_plan(province), HOSTILE[kind])
    target = tmp_path / "one" / "two" / "m"
    files = write_documents(plan, province, target, language="vi", overwrite=False)
    new = set(contents(tmp_path)) - set(before)
    assert new == {path.relative_to(tmp_path).as_posix() for path in files}
    for path in files:
        assert path.resolve().is_relative_to(target.resolve())
        assert not set(path.name) & set('\\/:*?"<>|\r\n')


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_line_of_the_table_works(document: Document, small: Province) -> None:
    small = known_to(document.name, small)
    assert list(load_draw(document)(plan_for(document, small), small, "en"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_only_a_document_of_many_files_may_be_absent(document: Document, small: Province) -> None:
    small = known_to(document.name, small)
    plan = make_plan(small, num_sites=1)  # the one site has no trip
    assert plan.trips.trips == ()
    if document.tells_changes:
        nothing = replace(make_replanned(small).replanned, changes=(), rerouted=())
        plan = replace(plan, replanned=nothing)
    drawn = list(load_draw(document)(plan, small, "en"))
    assert len(drawn) == (0 if "*" in document.files else 1)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_document_is_drawn_beside_a_trip_that_stands(
    document: Document, small: Province
) -> None:
    """Its visits are none of the plan's; its batches and roads may be gone."""
    small = known_to(document.name, small)
    plan = add_rides(make_plan(small), small)
    (trip,) = plan.trips.trips

    def forget_road(leg: Leg) -> Leg:
        return replace(leg, segments=((SegmentId("GONE"), True),))

    def forget(stop: Stop) -> Stop:
        leaves = tuple(replace(parcel, content_id="GONE") for parcel in stop.leaves)
        return replace(stop, visit_id=VisitId(f"{stop.visit_id}-BEFORE"), leaves=leaves,
                       leg=forget_road(stop.leg))  # fmt: skip

    stands = replace(trip, trip_id=TripId("T00"), stops=tuple(map(forget, trip.stops)),
                     home=forget_road(trip.home))  # fmt: skip
    both = replace(plan, standing_trips=(stands,))
    if document.tells_changes:
        both = replace(make_replanned(small), standing_trips=(stands,))
    refuse_strange_names(both, small)
    assert list(load_draw(document)(both, small, "en"))


def test_file_names_are_safe_and_differ() -> None:
    ids = ["T01", "t01", "../../etc/passwd", "CON", "", "a" * 300, "chuyến 1", "chuyến/1", "=1"]
    names = name_files(ids)
    assert names["T01"] == "T01"
    assert len({name.lower() for name in names.values()}) == len(ids)
    for name in names.values():
        assert name
        assert name.replace("-", "").replace("_", "").isascii()
        assert not set(name) & set("./\\: ")
        assert len(name) <= 60
        assert name.upper() != "CON"
