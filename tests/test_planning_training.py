"""Courses, kits that wait for them, trainings on trips: from tables to trips and back."""

import csv
import dataclasses
import io
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from plan_fixture import make_plan
from test_province_findings import damage, list_faults, where
from training_folder import KITS, TABLES, add_training

import cli
from exports.driver import trip_page
from exports.tables import ride_alongs_csv
from planning.expected_results import list_expected_results
from planning.happened.invitations import change_tables, list_new_rows
from planning.plan_facts import digest_planned
from planning.ride_alongs import RideKind, is_done, list_ride_alongs
from planning.survey import survey_province
from planning.waiting import drop_waiting
from programme.due import DueKind, list_programme_due
from programme.measure import Scope, Yardstick
from programme.training.attendance import take_attendance
from programme.training.plan import plan_training
from programme.training.pose import pose_training
from province.courses import find_end, list_occurrences
from province.dates import DateSpan, Month
from province.errors import InputError
from province.read import read_province
from province.results import Outcome, Proof, RecordedResult, ResultRow, ResultTask
from province.visits import Movement, Task
from routing.checks.verify import verify_trips
from routing.solver.solve import plan_trips

DECEMBER = Month(2026, 12)
ON = date(2026, 12, 1)
MOVES = (Movement("B2", DECEMBER, "TV2", "KHO"), Movement("B5", DECEMBER, "KHO", "TV4"))


@pytest.fixture
def folder(small_folder: Path) -> Path:
    return add_training(small_folder)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The folder, its survey, visits and trips of December, when two batches move."""
    small = Path(__file__).parent / "small"
    place = tmp_path_factory.mktemp("training") / "Mường Nhỏ"
    province = read_province(add_training(Path(shutil.copytree(small, place))))
    survey = survey_province(province, DECEMBER)
    visits = survey.list_visits(MOVES)
    problem = survey.pose_trips(visits)
    return province, visits, problem, plan_trips(problem, work=0.2)


# The last Wednesdays of January to April 2024, which the Latvian project names.
def test_last_wednesdays_are_found(folder: Path) -> None:
    damage(folder, "courses.csv", "2026-08-26,,2026-11-30", "2024-01-31,,2024-04-30")
    damage(folder, "invitations.csv", "2026-08-26", "2024-01-31")
    course = read_province(folder).programme.courses[-1]
    (whole,) = list_occurrences(course, DateSpan(date(2024, 1, 1), date(2024, 12, 31)))
    days = [date(2024, 1, 31), date(2024, 2, 28), date(2024, 3, 27), date(2024, 4, 24)]
    assert list(whole.days) == days
    assert (whole.hours, whole.cost) == (12, 400)
    assert find_end(course, date(2024, 5, 31)) == date(2024, 4, 24)
    assert find_end(course, date(2024, 4, 24)) is None
    damage(folder, "courses.csv", ",,yes,,\nHOM", ",,,,\nHOM")
    each = read_province(folder).programme.courses[-1]
    found = list_occurrences(each, DateSpan(date(2024, 1, 1), date(2024, 12, 31)))
    assert [one.first for one in found] == days
    assert find_end(each, date(2024, 4, 24)) == date(2024, 3, 27)


def test_kits_wait_for_the_course(sound) -> None:
    province, *_ = sound
    assert {kit.ready_date for kit in province.kits} == {date(2026, 11, 26)}


def test_kits_and_training_ride_along(sound) -> None:
    """Every library gets its posters after the course, and no trip drives for these alone."""
    province, visits, problem, trips = sound
    assert verify_trips(province, problem, trips) == ()
    stops = {kit: stop for _, stop in trips.stops() for p in stop.leaves if (kit := p.kit_id)}
    assert {stop.day for stop in stops.values()} <= set(DateSpan(ON, date(2026, 12, 30)).days())
    for trip in trips.trips:
        assert any(set(stop.tasks) - {Task.KIT, Task.TRAINING} for stop in trip.stops)
    assert {stop.receiver_id for stop in stops.values()} == {"TV1", "TV2", "TV3", "TV4", "TH1"}
    assert not {v.visit_id for v in visits if v.ride_vnd is not None} & {
        one.visit_id for one in trips.unserved
    }


def test_a_training_is_a_visit_of_a_crew_that_trains(sound) -> None:
    province, visits, _, trips = sound
    (visit,) = [one for one in visits if Task.TRAINING in one.tasks]
    assert (visit.site_id, visit.course_id) == ("TV4", "HOM")
    (trip,) = [t for t, stop in trips.stops() if Task.TRAINING in stop.tasks]
    assert "training" in province.crew_by_id[trip.crew_id].skills
    assert visit.service_min >= 120


def as_plan(province, visits, trips):
    return replace(make_plan(province), visits=visits, trips=trips, deliveries=())


def test_the_drivers_page_asks_for_the_people_trained(sound) -> None:
    province, visits, _, trips = sound
    plan = as_plan(province, visits, trips)
    trip = next(t for t, stop in trips.stops() if Task.TRAINING in stop.tasks)
    pages = dict(trip_page.draw(plan, province, "en"))
    page = pages[f"drivers/{trip.trip_id}.html"].decode("utf-8")
    assert page.count("People who were trained") == 2  # on the phone, and where it is printed
    has_sessions = any(Task.SESSION in stop.tasks for stop in trip.stops)
    assert ("Readers who came" in page) == has_sessions


def test_the_table_tells_how_each_comes(sound) -> None:
    province, visits, _, trips = sound
    plan = as_plan(province, visits, trips)
    told = {one.content_id: one for one in list_ride_alongs(plan, province)}
    assert set(told) == {"AP1", "AP2", "AP3", "AP4", "AP5", "HOM"}
    assert {one.way for one in told.values()} <= {RideKind.ALONG, RideKind.NOT}
    ((_, table),) = ride_alongs_csv.draw(plan, province, "vi")
    rows = {r["content_id"]: r for r in csv.DictReader(io.StringIO(table.decode("utf-8-sig")))}
    assert rows["AP4"]["way"] == "along"
    assert (rows["AP4"]["due_date"], rows["AP4"]["after"]) == ("2026-12-30", "ONL")


def test_what_a_trip_recorded_becomes_training(sound, folder: Path, tmp_path: Path) -> None:
    """One of the two who were invited came: the row is divided, and says by what it is shown."""
    province, visits, _, trips = sound
    plan = as_plan(province, visits, trips)
    (trip,) = [t for t, stop in trips.stops() if Task.TRAINING in stop.tasks]
    (row,) = [one for one in list_expected_results(plan, trip) if one.task is ResultTask.TRAINING]
    assert row.site_id == "TV4"
    sheet = tmp_path / "kq.csv"
    sheet.write_text(
        "month,date,site_id,task,outcome,readers\n"
        f"2026-12,{row.day},TV4,training,done,1\n", encoding="utf-8",
    )  # fmt: skip
    answer = CliRunner().invoke(cli.command, ["record", str(folder), str(sheet)])
    assert answer.exit_code == 0, answer.output
    after = change_tables(folder, lambda now: take_attendance(now, date(2026, 12, 31)).edits)
    (invited,) = [i for i in after.programme.invitations if i.invitation_id == "I2"]
    assert (invited.attended, invited.held) == (1, row.day)
    staff = {one.staff_id: one for one in after.programme.staff}
    assert (staff["N3"].people, staff["N3"].trained) == (1, 0)
    new = staff["N3-2"]
    assert (new.people, new.trained, new.trained_date, new.course_id) == (1, 1, row.day, "HOM")
    assert (new.invitation_id, new.note, new.from_date) == ("I2", "ca sáng", date(2026, 1, 1))
    assert new.proof == invited.proof
    assert any(one.result_id == new.proof for one in after.results)
    goal = after.settings.goals[0]
    measure = Yardstick.of(after).measure(goal, Scope.ALL, date(2026, 12, 31))
    assert (measure.value.count, measure.whole.count) == (3, 7)
    assert take_attendance(after, date(2026, 12, 31)).edits == ()
    assert digest_planned(after) != digest_planned(province)  # the ledger is other
    # What is trained is not visited again.
    assert not [v for v in survey_province(after, DECEMBER).list_visits(()) if v.course_id]


def test_who_came_needs_proof_and_is_taken_once(folder: Path) -> None:
    damage(folder, "invitations.csv", "N2,1,,,,", "N2,1,1,,,")
    with pytest.raises(InputError) as caught:
        take_attendance(read_province(folder), ON)
    assert [(f.file, f.row, f.column) for f in caught.value.findings] == [
        ("invitations.csv", 2, "proof")
    ]
    damage(folder, "invitations.csv", "N2,1,1,,,", "N2,1,1,,DS 07/2026,")
    after = change_tables(folder, lambda now: take_attendance(now, ON).edits)
    staff = {one.staff_id: one for one in after.programme.staff}
    assert (staff["N2"].people, staff["N2"].trained) == (2, 1)
    new = staff["N2-2"]
    assert (new.trained, new.trained_date, new.proof) == (1, date(2026, 11, 25), "DS 07/2026")
    before = (folder / "staff.csv").read_bytes()
    change_tables(folder, lambda now: take_attendance(now, ON).edits)
    assert (folder / "staff.csv").read_bytes() == before


def test_attendance_that_nobody_told_is_owed(folder: Path) -> None:
    items = list_programme_due(read_province(folder), ON, date(2026, 12, 31))
    owed = [one for one in items if one.kind is DueKind.ATTENDANCE]
    assert [(one.day, one.rows[0].key, one.rows[0].line) for one in owed] == [
        (date(2026, 11, 25), "I1", 2)
    ]


def test_money_and_days_of_funds_are_kept(folder: Path) -> None:
    """Q1 has 1,400: the course on 29 December fits; that of January is after its end."""
    province = read_province(folder)
    plan = plan_training(pose_training(province, ON, date(2027, 12, 31)))
    by_id = {one.occurrence.course.course_id: one for one in plan.meetings}
    assert by_id["KHO1"].is_held
    assert (by_id["KHO1"].fund_id, by_id["KHO1"].cost) == ("Q1", 900)
    assert not by_id["KHO2"].is_held
    assert str(by_id["KHO2"].why) == "Quỹ 2026 pays from 2026-01-01 to 2026-12-31 only"
    (money,) = [one for one in plan.money if one.fund_id == "Q1"]
    # The training at TV4 is announced, is charged to Q1 as well, and its 50 are set aside first.
    assert (money.charged, money.left) == (950, 450)
    assert (money.hours, money.person_hours) == (14, 2 * 2 + 12 * by_id["KHO1"].people)
    damage(folder, "funds.csv", "1400", "949.99")
    poor = plan_training(pose_training(read_province(folder), ON, date(2027, 12, 31)))
    (course,) = [one for one in poor.meetings if one.occurrence.course.course_id == "KHO1"]
    assert not course.is_held
    assert str(course.why) == "it costs 900; Q1 has 899.99 left"
    assert poor.short > plan.short


def test_goals_decide_who_is_invited(folder: Path) -> None:
    """60 % of 7 people are 5: two are trained, three invited already (one of them long ago)."""
    province = read_province(folder)
    problem = pose_training(province, ON, date(2026, 12, 31))
    assert problem.needed == {2026: 0}
    assert {(one.staff_id, one.people) for one in problem.learners} == {("N2", 1), ("N5", 1)}
    assert problem.firsts == {"TV3"}
    longer = pose_training(province, ON, date(2027, 12, 31))
    assert longer.needed == {2026: 0, 2027: 2}
    plan = plan_training(longer)
    assert list_new_rows(province, plan)[0].cells[0] == ("invitation_id", "I3")


# Each damage is one fault: file, what is replaced, by what, row, column.
DAMAGED = [
    ("invitations.csv", "I2,HOM", "I1,HOM", 3, "invitation_id"),
    ("invitations.csv", "I2,HOM", "I2,HEM", 3, "course_id"),
    ("invitations.csv", "2026-12-01,N3", "2026-12-02,N3", 3, "date"),
    ("invitations.csv", "2026-08-26", "2026-09-30", 2, "date"),
    ("invitations.csv", "N3,2", "N9,2", 3, "staff_id"),
    ("invitations.csv", "N3,2,", "N3,0,", 3, "people"),
    ("invitations.csv", "N3,2,,", "N3,2,3,", 3, "attended"),
    ("invitations.csv", "N3,2,,,", "N3,2,,2026-11-30,", 3, "held"),
    ("courses.csv", "50,,,yes,,1,yes", "50,,,,,1,yes", 3, "site_id"),
    ("courses.csv", "no,2,2,,,50", "no,2,,,,50", 3, "hours"),
    ("courses.csv", "50,,,yes,,1", "50,,,yes,yes,1", 3, "series"),
    ("courses.csv", "KHO,no,3,12,,,900,Q1,,,,,", "KHO,no,3,12,,,900,Q1,,,,4,", 4, "most_sites"),
    ("courses.csv", "KHO,no,3,12,,,900,Q1,,,,,", "KHO,no,3,12,,,900,Q1,,,,,yes", 4, "ride_along"),
    ("kits.csv", "AP1,Áp phích,TV1,1,2,2026-08-01,2026-12-30,,ONL",
     "AP1,Áp phích,TV1,1,2,2026-08-01,2026-12-30,,OML", 2, "after"),
    ("kits.csv", "AP1,Áp phích,TV1,1,2,2026-08-01,2026-12-30",
     "AP1,Áp phích,TV1,1,2,2026-08-01,2026-11-25", 2, "after"),
    ("kits.csv", "2026-12-30,,ONL,yes\nAP2", "2026-12-30,,ONL,maybe\nAP2", 2, "ride_along"),
    ("province.toml", "[[goals]]", "[training]\ntravel_max_min = 0\n[[goals]]", None,
     "training.travel_max_min"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "row", "column"), DAMAGED)
def test_one_damage_is_one_fault(
    folder: Path, file: str, old: str, new: str, row: int | None, column: str
) -> None:
    damage(folder, file, old, new)
    found = where(list_faults(folder))
    assert (file, row, column) in found
    assert len({one[:2] for one in found}) == 1


def test_too_many_people_are_a_warning(folder: Path) -> None:
    assert read_province(folder).warnings == ()
    damage(folder, "invitations.csv", "N2,1,", "N2,5,")
    assert where(read_province(folder).warnings) == [("invitations.csv", 2, "people")]


def run(*words: object) -> str:
    answer = CliRunner().invoke(cli.command, [str(word) for word in words])
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_the_line_plans_applies_and_draws(folder: Path, tmp_path: Path) -> None:
    damage(folder, "courses.csv", "Lớp tại kho", "<script>alert(1)</script>")
    asked = ("training", "plan", folder, "--on", "2026-12-01", "--until", "2027-12-31")
    assert "N5" not in (folder / "invitations.csv").read_text(encoding="utf-8")
    run(*asked, "--apply", "--out", tmp_path / "giấy tờ")
    assert "N5" in (folder / "invitations.csv").read_text(encoding="utf-8")
    files = {path.name: path.read_bytes() for path in (tmp_path / "giấy tờ").iterdir()}
    assert set(files) == {
        "training.html", "training.csv", "training.ics", "letters.html", "attendance.html",
    }  # fmt: skip
    for name in ("training.html", "letters.html", "attendance.html"):
        assert b"<script" not in files[name]
    again = CliRunner().invoke(
        cli.command, [str(word) for word in (*asked, "--out", tmp_path / "giấy tờ")]
    )
    assert isinstance(again.exception, InputError)
    before = (folder / "invitations.csv").read_bytes()
    run(*asked, "--apply", "--lang", "lv")  # everybody is invited: no row more
    assert (folder / "invitations.csv").read_bytes() == before
    assert run(*asked, "--json") == run(*asked, "--json")
    wrong = CliRunner().invoke(cli.command, [*map(str, asked[:-1]), "2026-11-01"])
    assert wrong.exit_code == 2


def test_every_table_is_read_from_a_workbook(folder: Path) -> None:
    import openpyxl

    facts = read_province(folder).programme
    for name in TABLES:
        book = openpyxl.Workbook()
        for row in csv.reader(TABLES[name].splitlines()):
            book.active.append(row)
        book.save(folder / name.replace(".csv", ".xlsx"))
        (folder / name).unlink()
    assert read_province(folder).programme == facts


def test_kits_of_a_later_month_come_along_where_they_take_nothing(folder: Path) -> None:
    """Ready before December and due in January: with the exchanges; sessions leave no minute."""
    text = KITS.replace("2026-08-01,2026-12-30,,ONL", "2026-08-01,2027-01-29,,ONL")
    (folder / "kits.csv").write_text(text, encoding="utf-8")
    survey = survey_province(read_province(folder), DECEMBER)
    visits = {v.visit_id: v for v in survey.list_visits(MOVES)}
    with_kits = {name for name, v in visits.items() if any(p.kit_id for p in v.leaves)}
    assert {name for name in with_kits if not visits[name].may_wait} == {"TV2-X", "TV4-X"}
    assert visits["TV4-X"].tasks == (Task.EXCHANGE, Task.KIT, Task.TRAINING)
    assert visits["TV4-X"].ride_vnd is None
    damage(folder, "kits.csv", "AP4,Áp phích,TV4,1,2,2026-08-01", "AP4,Áp phích,TV4,1,2,2026-12-02")
    later = survey_province(read_province(folder), DECEMBER).list_visits(MOVES)
    (waits,) = [v for v in later if v.site_id == "TV4" and any(p.kit_id for p in v.leaves)]
    assert (waits.visit_id, waits.may_wait) == ("TV4-AP4", True)
    assert min(window.day for window in waits.windows) == date(2026, 12, 2)


def test_a_fund_keeps_its_hours(folder: Path) -> None:
    """Of 20 hours 4 times 3 went to the online course, 2 to the trainer; the next asks for 12."""
    lines = [line + end for line, end in zip(
        (folder / "funds.csv").read_text(encoding="utf-8").splitlines(),
        (",course_hours", ",20", ","), strict=True,
    )]  # fmt: skip
    path = folder / "funds.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    plan = plan_training(pose_training(read_province(folder), ON, date(2027, 12, 31)))
    (why,) = (str(one.why) for one in plan.meetings if one.occurrence.course.course_id == "KHO1")
    assert why == "it lasts 12 hours; Q1 pays for 6 hours more"
    (money,) = (one for one in plan.money if one.fund_id == "Q1")
    assert (money.hours, money.hours_left) == (2, 6)
    path.write_text("\n".join(lines).replace(",,20\n", ",,26\n") + "\n", encoding="utf-8")
    plan = plan_training(pose_training(read_province(folder), ON, date(2027, 12, 31)))
    (money,) = (one for one in plan.money if one.fund_id == "Q1")
    assert (money.hours, money.hours_left) == (14, 0)


READY = date(2026, 12, 9)


def test_kits_ready_within_a_month_ride_its_later_trips_or_wait(folder: Path) -> None:
    """Due in January: none comes before it is ready, none has a trip, who stays away is not told.

    The month counts what it would without those that wait, and another plan of its rest asks for
    those alone that come.
    """
    text = KITS.replace("2026-08-01,2026-12-30,,ONL", f"{READY},2027-01-29,,")
    (folder / "kits.csv").write_text(text, encoding="utf-8")
    province = read_province(folder)
    survey = survey_province(province, DECEMBER)
    asked = survey.pose_trips(survey.list_visits(MOVES))
    waiting = {visit.visit_id for visit in asked.visits if visit.may_wait}
    problem, trips = drop_waiting(asked, plan_trips(asked, work=0.2))
    assert verify_trips(province, problem, trips) == ()
    came = {name: stop for name, (_, stop) in trips.stop_by_visit.items() if name in waiting}
    assert 0 < len(came) < len(waiting)
    assert {visit.visit_id for visit in problem.visits if visit.may_wait} == set(came)
    assert all(stop.day >= READY for stop in came.values())
    assert not {one.visit_id for one in trips.unserved} & waiting
    again = dataclasses.replace(survey, named_after=problem.visits).list_visits(MOVES)
    assert {visit.visit_id for visit in again if visit.may_wait} == set(came)


def test_who_came_changes_no_plan_and_who_is_invited_does(folder: Path) -> None:
    before = digest_planned(read_province(folder))
    damage(folder, "invitations.csv", "N2,1,,,,", "N2,1,1,,DS 07,")
    damage(folder, "funds.csv", "1400", "1500")
    assert digest_planned(read_province(folder)) == before
    damage(folder, "courses.csv", "no,2,2,,,50", "no,2,3,,,50")
    assert digest_planned(read_province(folder)) != before


def test_proof_of_a_kit_stands_beside_it(sound) -> None:
    province, visits, _, trips = sound
    plan = as_plan(province, visits, trips)
    trip, stop = next((t, s) for t, s in trips.stops() if any(p.kit_id == "AP4" for p in s.leaves))
    row = ResultRow(
        plan.month, trip.trip_id, stop.sequence, stop.day, stop.receiver_id, ResultTask.KIT, "AP4",
        Outcome.DONE, proof=Proof(signed_by="Hoàng Văn Ổn"),
    )  # fmt: skip
    result = RecordedResult("R1", "", "", "", "", None, row)
    told = {one.content_id: one for one in list_ride_alongs(
        plan, replace(province, results=(result,))
    )}  # fmt: skip
    assert (is_done(told["AP4"]), told["AP4"].signed_by) == (True, "Hoàng Văn Ổn")
    assert not is_done(told["AP1"])
