"""The leadership's page: three sentences, figures against last month, map and charts."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from plan_fixture import make_plan

from exports.month_map import month_page
from exports.pages.template import read_macros
from exports.papers import summary
from exports.papers.summary import TINTS, draw_overview, find_last_plan, list_sentences
from exports.workbook.figures_sheet import list_blocks
from planning.figures import find_services
from planning.plan import Plan
from planning.plan_file import dump_plan
from province.dates import Month
from province.facts import Province


@pytest.fixture(scope="module")
def plan(small: Province) -> Plan:
    return make_plan(small)


def served(plan: Plan) -> Plan:
    totals = replace(plan.totals, visits=4, visits_served=4, cost_vnd=2_000_000)
    return replace(plan, trips=replace(plan.trips, unserved=()), totals=totals)


def aim(small: Province, **shares: float) -> Province:
    targets = small.settings.targets.model_copy(
        update={"communes_pct": {year.removeprefix("y"): pct for year, pct in shares.items()}}
    )
    return replace(small, settings=small.settings.model_copy(update={"targets": targets}))


def test_the_first_sentence_tells_who_has_service_and_claims_no_target(plan, small) -> None:
    services = [s.value for s in find_services(plan, small).values()]
    assert services.count("none") == 1  # three of four communes are reached: 75 %
    expected = "3 of 4 communes have books or a visit this month (75 %)."
    for province in (small, aim(small, y2026=15, y2030=50), aim(small, y2026=80)):
        assert list_sentences(plan, None, province, "en")[0] == expected


def test_goals_are_told_by_what_is_recorded(plan: Plan, small: Province) -> None:
    """Communes touched this month are no communes with the model: no goal is said to be met."""
    province = aim(small, y2020=10, y2026=15, y2030=50)
    note = (
        "Communes with a library model: not recorded (models.csv); needed by the end of 2026: 1, "
        "2030: 2."
    )
    for document in (summary, month_page):
        ((_, page),) = document.draw(plan, province, "en")
        text = unescape(page.decode("utf-8"))
        assert note in text
        assert not re.search(r"is met|every target|against the targets|short of the", text)
    rows = [row for block in list_blocks(plan, province, "en") for row in block.rows]
    assert ("Communes visited this month", 3, 0.75) in rows
    assert not [row for row in rows if "arget" in str(row[0])]


def test_the_second_sentence_tells_what_is_missed_before_what_is_done(plan, small) -> None:
    unserved = plan.trips.unserved[0]
    visits = {visit.visit_id: visit for visit in plan.visits}
    site = small.site_by_id[visits[unserved.visit_id].site_id]
    text = list_sentences(plan, None, small, "en")[1]
    assert text.startswith(f"Not served: 1 of 5 visits; the most urgent is {site.name}: ")
    assert str(unserved.reason) in text
    far = replace(unserved, reason_code="driving_law")
    text = list_sentences(
        replace(plan, trips=replace(plan.trips, unserved=(far,))), None, small, "en"
    )[1]
    assert text.startswith(
        "Not served: 1 of 5 visits, 1 of which no trip of their own can make this month; the "
    )
    done = list_sentences(served(plan), None, small, "en")[1]
    assert done == (
        "Every visit is served (4 in all), with 315 books; 1 commune gets nothing, "
        "the largest is phường Nà Ớt (12,000 people)."
    )


def test_the_third_sentence_tells_cost_against_last_month(plan: Plan, small: Province) -> None:
    now = served(plan)
    month = Month(2026, 11)
    for before, words in (
        (1_000_000, "100 % more than November 2026"),
        (4_000_000, "50 % less than November 2026"),
        (2_001_000, "as much as November 2026"),
    ):
        last = replace(now, month=month, totals=replace(now.totals, cost_vnd=before))
        text = list_sentences(now, last, small, "en")[2]
        assert text == f"The month costs 2,000,000 VND, 500,000 a visit, {words}."
    alone = list_sentences(now, None, small, "en")[2]
    assert "the dearest trip, T01, takes" in alone


def test_last_months_plan_is_found_in_the_province_folder(plan, small, tmp_path: Path) -> None:
    here = replace(small, folder=tmp_path)
    assert find_last_plan(plan, here) is None
    folder = tmp_path / "plans" / "2026-11"
    folder.mkdir(parents=True)
    last = replace(plan, month=Month(2026, 11), totals=replace(plan.totals, trips=9))
    (folder / "plan.json").write_bytes(dump_plan(last))
    assert find_last_plan(plan, here) == last
    ((_, page),) = summary.draw(plan, here, "en")
    text = page.decode("utf-8")
    assert re.search(r"<dt>Trips</dt><dd>1<small>−8</small></dd>", text)
    assert "change against November 2026" in text
    (folder / "plan.json").write_bytes(dump_plan(replace(last, province_code="01")))
    assert find_last_plan(plan, here) is None
    (folder / "plan.json").write_text("damaged", encoding="utf-8")
    assert find_last_plan(plan, here) is None


def test_without_last_month_the_page_says_so(plan: Plan, small: Province) -> None:
    ((name, page),) = summary.draw(plan, small, "en")
    assert name == "summary.html"
    assert "no plan of last month" in unescape(page.decode("utf-8"))


def test_the_map_shows_every_commune_in_the_colour_of_its_service(plan, small) -> None:
    drawing = str(draw_overview(plan, small, "map"))
    for service, tint in TINTS.items():
        wanted = sum(found is service for found in find_services(plan, small).values())
        assert len(re.findall(rf'<path d="[^"]*" fill="{tint}"', drawing)) == wanted
    assert drawing.count("<circle") == len(plan.trips.trips[0].stops)
    assert drawing.count('stroke="#c62828"') == len(plan.trips.unserved)
    numbers = [float(n) for n in re.findall(r'c[xy]="(-?\d+)"', drawing)]
    assert all(0 <= number <= 1000 for number in numbers)


def test_names_on_the_map_do_not_overlap_the_edge(plan: Plan, small: Province) -> None:
    drawing = str(draw_overview(plan, small, "map"))
    places = re.findall(r'<text x="(\d+)" y="(\d+)"', drawing)
    assert 0 < len(places) <= 2 * len(small.communes)
    assert all(0 < int(x) < 1000 and 0 < int(y) < 1000 for x, y in places)


def test_columns_are_as_high_as_their_parts() -> None:
    charts = read_macros("pages/charts.html.j2", "en")
    colours = "#111", "#222"
    drawing = str(charts.columns([("a", (2, 1)), ("b", (6, 0))], colours, "x", 340, 150))
    heights = [float(h) for h in re.findall(r'height="([\d.]+)" fill="#', drawing)]
    assert len(heights) == 3  # an empty part is not drawn
    assert heights[0] / heights[1] == pytest.approx(2, rel=0.01)
    assert heights[2] / heights[0] == pytest.approx(3, rel=0.01)
    assert re.findall(r">(\w+)</text>", drawing) == ["3", "a", "6", "b"]
    assert charts.columns([("a", (0,))], colours, "x", 340, 150)


@pytest.mark.parametrize(("share", "width"), [(0.5, 170), (0, 0), (1.4, 340)])
def test_a_share_fills_its_bar(share: float, width: float) -> None:
    drawing = str(read_macros("pages/charts.html.j2", "en").share(share, "#123456", "x"))
    assert f'width="{width:.1f}" height="8.0" fill="#123456"' in drawing
