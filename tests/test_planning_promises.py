"""What one month's plan announces, and what the next one makes of it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from rotation_cases import change_rules, make_problem

from cli import command
from exports.papers import commune_notice
from planning.joint.month import plan_month
from planning.notices import list_withdrawn
from planning.past.promises import read_promises, weigh_promises
from planning.past.read import read_past
from planning.plan import BrokenPromise, Plan, Promises
from planning.plan_file import dump_plan, read_plan
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, SiteId
from province.language import message
from province.past import NO_PAST
from province.read import read_province
from rotation.instance.firm import pin_firm
from rotation.problem import Stay
from rotation.solve.solve import find_rotation

pytestmark = pytest.mark.usefixtures("few_iterations", "one_round")

DECEMBER, JANUARY = Month(2026, 12), Month(2027, 1)
FEBRUARY, MARCH = Month(2027, 2), Month(2027, 3)


def stay(batch: str, site: str, month: Month) -> Stay:
    return Stay(BatchId(batch), SiteId(site), month, 2, 1.0, is_open_end=False)


def test_each_broken_promise_says_what_comes_instead():
    running = stay("B7", "TV9", DECEMBER)
    kept, swapped = stay("B1", "TV1", JANUARY), stay("B2", "TV2", JANUARY)
    later, away, gone = (
        stay("B3", "TV3", JANUARY),
        stay("B4", "TV4", JANUARY),
        stay("B5", "TV1", FEBRUARY),
    )
    new = (
        kept,
        stay("B6", "TV2", JANUARY),
        stay("B3", "TV3", FEBRUARY),
        stay("B4", "TV5", JANUARY),
    )
    promises = weigh_promises((running, kept, swapped, later, away, gone), JANUARY, new)
    assert (promises.made, promises.kept) == (5, 1)
    assert [(one.batch_id, str(one.instead)) for one in promises.broken] == [
        ("B2", "B6 comes instead"),
        ("B3", "it comes in 2027-02"),
        ("B4", "it goes to TV5, and nothing comes then"),
        ("B5", "nothing comes then"),
    ]


@pytest.fixture(scope="module")
def planned(small: Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small province with December's plan."""
    folder = Path(shutil.copytree(small.folder, tmp_path_factory.mktemp("promises") / "small"))
    plan = plan_month(read_province(folder), DECEMBER, work=0.05, rounds=1, has_fixes=False)
    path = folder / "plans" / str(DECEMBER) / "plan.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(dump_plan(plan))
    return folder


def announced(folder: Path):
    plan = read_plan(folder / "plans" / str(DECEMBER) / "plan.json")
    return tuple(one for one in plan.rotation.stays if one.first_month.plus(one.months) >= JANUARY)


def test_the_plan_before_is_found_and_only_what_lies_ahead_counts(
    planned: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(planned, tmp_path / "small"))
    path = folder / "plans" / str(DECEMBER) / "plan.json"
    plan = read_plan(path)
    first, *others = (one for one in plan.rotation.stays if one.first_month != DECEMBER)
    begins = replace(first, first_month=JANUARY)
    running = [one for one in plan.rotation.stays if one.first_month == DECEMBER]
    stays = (*running, begins, *(one for one in others if one.first_month != JANUARY))
    path.write_bytes(dump_plan(replace(plan, rotation=replace(plan.rotation, stays=stays))))
    province = read_province(folder)
    found = read_promises(folder, province, JANUARY)
    assert found == announced(folder)
    assert {one.first_month for one in found} >= {DECEMBER, JANUARY}
    assert read_promises(folder, province, DECEMBER) == ()
    begun = replace(NO_PAST, first_day=JANUARY.first_day.replace(day=9))
    later = tuple(one for one in found if one.first_month != JANUARY)
    assert len(later) == len(found) - 1
    assert read_promises(folder, province, JANUARY, begun) == later


def test_a_promise_is_kept_where_its_weight_is_more_than_what_is_gained(planned: Path) -> None:
    """A stay that the plan would not choose: kept at a weight beyond all uses, not at none."""
    small = read_province(planned)
    past = read_past(planned, small, JANUARY)

    def plan_at(weight: float, *promised: Stay) -> Plan:
        rules = small.settings.rotation.model_copy(update={"weight_stability": weight})
        settings = small.settings.model_copy(update={"rotation": rules})
        return plan_month(
            replace(small, settings=settings), JANUARY, past=past, last_stays=promised,
            work=0.05, rounds=1, has_fixes=False,
        )  # fmt: skip

    free = plan_at(0.0)
    assert free.promises is None
    chosen = {(one.batch_id, one.site_id, one.first_month) for one in free.rotation.stays}
    other = next(
        one
        for one in (stay(batch, "TV1", MARCH) for batch in ("B4", "B5", "B2", "B1"))
        if (one.batch_id, one.site_id, one.first_month) not in chosen
    )
    assert plan_at(0.0, other).promises.kept == 0
    kept = plan_at(10_000.0, other)
    assert kept.promises.kept == 1
    path = planned / "again.json"
    path.write_bytes(dump_plan(kept))
    assert read_plan(path).promises == kept.promises


def test_firm_months_pin_what_was_announced_and_is_still_allowed() -> None:
    def pins(firm: int, *promised: Stay) -> set[tuple[int, int, int]]:
        problem = change_rules(make_problem(), firm_months=firm, weight_stability=0.0)
        return set(pin_firm(replace(problem, last_stays=promised)).pins)

    first, second = stay("B", "P2", DECEMBER), stay("D", "P1", JANUARY)
    assert pins(0, first, second) == set()
    assert pins(1, first, second) == {(1, 1, 0)}
    assert pins(2, first, second) == {(1, 1, 0), (3, 0, 1)}
    assert pins(1, stay("A", "P2", DECEMBER)) == {(0, 1, 0)}, "what stands elsewhere goes there"
    shut = replace(make_problem(), unavailable=frozenset({(1, 0)}), last_stays=(first,))
    assert pin_firm(change_rules(shut, firm_months=1)).pins == frozenset()


def test_what_is_firm_is_planned_although_something_else_is_worth_more() -> None:
    problem = change_rules(make_problem(), weight_stability=0.0)
    free = {(one.batch_id, one.site_id, one.first_month) for one in find_rotation(problem)[0].stays}
    promised = next(
        one
        for one in (stay(batch, site, DECEMBER) for batch in "BCD" for site in ("P1", "P2", "P3"))
        if (one.batch_id, one.site_id, one.first_month) not in free
    )
    firm = pin_firm(replace(change_rules(problem, firm_months=1), last_stays=(promised,)))
    stays = find_rotation(firm)[0].stays
    assert any(
        (one.batch_id, one.site_id, one.first_month)
        == (promised.batch_id, promised.site_id, promised.first_month)
        for one in stays
    )


def test_a_commune_is_told_that_books_announced_do_not_come(planned: Path) -> None:
    province = read_province(planned)
    plan = read_plan(planned / "plans" / str(DECEMBER) / "plan.json")
    comes = {stop.receiver_id for _, stop in plan.trips.stops() if stop.leaves}
    quiet = next(site for site in ("TV1", "TV2", "TV3", "TV4") if site not in comes)
    visited = next(iter(sorted(comes)))
    instead = message("nothing comes then")
    broken = tuple(
        BrokenPromise(BatchId("B1"), SiteId(site), month, instead)
        for site, month in ((quiet, DECEMBER), (visited, DECEMBER), (quiet, JANUARY))
    )
    promised = replace(plan, promises=Promises(3, broken))
    code = province.site_by_id[SiteId(quiet)].commune_code
    assert list_withdrawn(promised, province) == {code: [quiet]}
    assert list_withdrawn(plan, province) == {}
    pages = {name: page.decode() for name, page in commune_notice.draw(promised, province, "en")}
    sentence = f"The books announced for {province.site_by_id[SiteId(quiet)].name} do not come"
    told = [name for name, page in pages.items() if sentence in page]
    assert told == [f"notices/{code}.html"]


def run_plan(folder: Path, *more: str) -> dict:
    words = ["plan", str(folder), "--month", str(JANUARY), "--work", "0.02", "--force", "--json"]
    answer = CliRunner().invoke(command, [*words, *more])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_plan_finds_the_plan_before_unless_it_is_told_to_forget(planned: Path) -> None:
    folder = planned.parent / "told"
    shutil.copytree(planned, folder)
    told = run_plan(folder)
    ahead = [one for one in announced(folder) if one.first_month >= JANUARY]
    assert told["promises"] == len(ahead)
    plan = read_plan(folder / "plans" / str(JANUARY) / "plan.json")
    assert [one["site"] for one in told["promises_broken"]] == [
        one.site_id for one in plan.promises.broken
    ]
    page = (folder / "plans" / str(JANUARY) / "summary.html").read_text(encoding="utf-8")
    assert f"{plan.promises.made} lượt sách đã báo từ trước, giữ được {plan.promises.kept}" in page
    forgot = run_plan(folder, "--forget")
    assert "promises" not in forgot
    assert read_plan(folder / "plans" / str(JANUARY) / "plan.json").promises is None
