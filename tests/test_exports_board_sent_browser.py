"""What is moved and locked on the board is in the plan that `edit` writes, and stays there."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from browser import open_page, wait_ready
from edited_small import make_base
from program import run
from test_exports_board_browser import DESK, cell, drag, find, told

from exports.write import write_documents
from planning.plan_file import read_plan
from province.read import read_province
from province.visits import Pin

pytestmark = pytest.mark.usefixtures("few_iterations")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The folder of a plan in a province folder of its own."""
    small = Path(__file__).parent / "small"
    folder = Path(shutil.copytree(small, tmp_path / "Mường Nhỏ thử"))
    province = read_province(folder)
    plan = make_base(province, folder)
    (folder / "base.csv").unlink()
    target = folder / "plans" / "2026-12"
    write_documents(plan, province, target, language="en", overwrite=False)
    return target


def test_moved_locked_undone_reloaded_sent_and_edited(
    browser, target: Path, tmp_path: Path
) -> None:
    with open_page(browser, target / "board.html", **DESK) as (page, said):
        drag(page, find(page, "TV2-X"), cell(page, 1, 10), at=(0.5, 0.8))
        find(page, "TV2-X").focus()
        page.keyboard.press("l")
        find(page, "TV1-S1").focus()
        page.keyboard.press("l")
        page.keyboard.press("Shift+ArrowRight")
        assert "unlock it first" in told(page)
        page.locator("#undo").click()  # the second lock, that is
        page.reload()
        wait_ready(page)
        assert page.locator(".card.locked").count() == 1
        assert "locked" in find(page, "TV2-X").get_attribute("class")
        time = find(page, "TV2-X").locator(".when b").inner_text()
        cost = page.locator("[data-total=cost] dd").evaluate("one => one.firstChild.textContent")
        with page.expect_download() as waiting:
            page.locator("#send").click()
        file = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(file)
        assert told(page).endswith("edit PLAN board-2026-12.csv --pin")
        assert [one for one in said if "request" not in one] == []
    answer = run("--lang", "en", "edit", target, file, "--pin")
    assert (answer.returncode, answer.stderr) == (0, "")
    plan = read_plan(target / "plan.json")
    trip, stop = plan.trips.stop_by_visit["TV2-X"]
    assert (trip.vehicle_id, trip.crew_id, stop.day) == ("XE2", "D2", date(2026, 12, 10))
    assert f"{stop.start_min // 60:02d}:{stop.start_min % 60:02d}" == time
    assert "".join(filter(str.isdigit, cost)) == str(plan.totals.cost_vnd)
    (pin,) = (one for one in read_province(target.parents[1]).pins if one.visit_id)
    assert (pin.visit_id, pin.day, pin.vehicle_id) == ("TV2-X", stop.day, "XE2")
    assert {visit.visit_id: visit.pin for visit in plan.visits}["TV2-X"] == Pin(
        stop.day, "XE2", "D2", pin_ids=(pin.pin_id,)
    )
    with open_page(browser, target / "board.html", **DESK) as (page, said):
        assert "pinned" in find(page, "TV2-X").inner_text()
        assert "locked" in find(page, "TV2-X").get_attribute("class")  # what is pinned is
        drag(page, find(page, "TV2-X"), cell(page, 1, 11), at=(0.5, 0.8))
        assert "unlock it first" in told(page)
        assert said == []
