"""Why, from a whole plan: batches, libraries and visits, in words and as fields."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

import cli
from planning.answers.explain import explain
from planning.joint.month import plan_month
from planning.plan_file import dump_plan
from province.dates import Month
from province.errors import InputError
from province.language import message
from routing.trips import Unserved

pytestmark = pytest.mark.usefixtures("few_iterations")

MONTH = Month(2026, 12)


@pytest.fixture(scope="module")
def plan(small):
    return plan_month(small, MONTH, work=0.05, rounds=1)


def test_batch_library_and_visit_are_answered(small, plan):
    kinds = [one.facts["kind"] for one in explain(small, plan, "B1")]
    assert set(kinds) <= {"stay", "idle"}
    answers = explain(small, plan, "TV1")
    assert {one.facts["kind"] for one in answers} >= {"stay", "absent"}
    told = [one.facts["visit"] for one in answers if one.facts["kind"] == "visit"]
    assert told == [visit.visit_id for visit in plan.visits if visit.site_id == "TV1"]


def test_site_that_takes_no_batches_says_so(small, plan):
    assert str(explain(small, plan, "TH1")[0].text) == "TH1 takes no batches"


def test_served_visit_tells_its_day_and_trip(small, plan):
    trip = plan.trips.trips[0]
    stop = next(stop for stop in trip.stops if stop.visit_id)
    (one,) = explain(small, plan, stop.visit_id)
    assert one.facts["is_served"] is True
    assert (one.facts["day"], one.facts["trip"]) == (stop.day.isoformat(), trip.trip_id)


def test_visit_that_is_not_served_says_why_and_what_would_help(small, plan):
    visit = plan.visits[0]
    reason, fix = message("the road is shut"), message("wait")
    missed = Unserved(visit.visit_id, "road_closed", reason, fix, None)
    lost = replace(plan, trips=replace(plan.trips, trips=(), unserved=(missed,)))
    (one,) = explain(small, lost, visit.visit_id)
    assert str(one.text) == f"visit {visit.visit_id}: not served"
    assert one.notes == (reason, fix)
    assert one.facts["is_served"] is False


def test_unknown_name_is_refused(small, plan):
    with pytest.raises(InputError):
        explain(small, plan, "NOBODY")


def test_plan_with_a_library_that_is_gone_is_refused(small, plan):
    gone = small.site_by_id[plan.rotation.stays[0].site_id]
    less = replace(small, sites=tuple(site for site in small.sites if site != gone))
    with pytest.raises(InputError) as fault:
        explain(less, plan, "B1")
    assert [finding.value for finding in fault.value.findings] == [gone.site_id]


def test_command_warns_when_the_facts_have_changed(small_folder, plan):
    written = small_folder / "plans" / str(MONTH) / "plan.json"
    written.parent.mkdir(parents=True)
    written.write_bytes(dump_plan(replace(plan, facts_digest="of other facts")))
    words = ["--lang", "en", "explain", str(small_folder), "B6", "--month", str(MONTH)]
    said = CliRunner().invoke(cli.command, words)
    assert said.exit_code == 0
    assert "has changed since 2026-12 was planned" in said.stderr


def test_command_answers_in_words_and_as_json(small_folder, plan):
    written = small_folder / "plans" / str(MONTH) / "plan.json"
    written.parent.mkdir(parents=True)
    written.write_bytes(dump_plan(plan))
    words = ["explain", str(small_folder), "B6", "--month", str(MONTH)]
    said = CliRunner().invoke(cli.command, ["--lang", "en", *words])
    assert said.exit_code == 0, said.output
    text, note = said.output.splitlines()
    assert text == "B6 (Lô Pháp luật) stays at the depot: no library may have it in these months"
    assert note.startswith("  rule owners_networks_are_kept: A batch stays within the networks")
    fields = json.loads(CliRunner().invoke(cli.command, ["--lang", "en", *words, "--json"]).output)
    rule = "owners_networks_are_kept"
    assert fields == [
        {"kind": "idle", "batch": "B6", "rule": rule, "text": text, "notes": [note.strip()]}
    ]
