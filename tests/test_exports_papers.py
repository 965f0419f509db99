"""What people sign, stick on boxes, post on walls and load from."""

import fnmatch
import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
import segno
from browser import open_each, overflow
from plan_fixture import make_plan, rename_everything
from replanned_fixture import plan_for, write_papers

from exports.papers import box_labels, commune_notice, handover, loading_list
from exports.papers.box_labels import count_on_sheet, encode_box
from exports.papers.handover import list_handovers
from exports.papers.loading_list import list_loading
from exports.write import DOCUMENTS, load_draw
from planning.notices import list_occasions
from planning.plan import Plan
from planning.plan_file import seal_plan
from province.facts import Province
from province.language import LANGUAGES
from province.paper_settings import PaperSettings
from province.places import SiteKind
from province.visits import Parcel, Task

PAPERS = tuple(d for d in DOCUMENTS if d.module.startswith("exports.papers."))
NAMES = tuple(document.name for document in PAPERS)


@pytest.fixture(scope="module")
def plan(small: Province) -> Plan:
    return make_plan(small)


def read(page: bytes) -> str:
    """Return the words of a page, one space between them."""
    body = page.decode("utf-8").split("<body>")[1]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def drawn(draw, plan: Plan, province: Province, language="en") -> dict[str, str]:
    return {name: read(page) for name, page in draw(plan, province, language)}


def test_every_stop_with_boxes_is_a_handover(plan: Plan, small: Province) -> None:
    stops = [stop for trip in plan.trips.trips for stop in trip.stops if stop.leaves or stop.takes]
    handovers = list_handovers(plan, small)
    assert [h.number for h in handovers] == list(range(1, len(stops) + 1))
    assert [h.stop.visit_id for h in handovers] == [stop.visit_id for stop in stops]
    first = handovers[0]
    assert [
        (line.parcel.content_id, line.parcel.boxes, line.parcel.books) for line in first.left
    ] == [("B1", 2, 70)]
    listed = sum(title.batch_id == "B1" for title in small.titles)
    assert first.left[0].titles == listed == 7
    assert str(first.left[0].back_month) == "2027-03"  # December and a stay of three months
    assert first.taken[0].back_month is None


def test_a_batch_without_listed_titles_says_nothing_about_them(plan: Plan, small: Province) -> None:
    bare = replace(small, titles=())
    assert all(line.titles is None for h in list_handovers(plan, bare) for line in h.left)


def test_handover_record_names_both_sides_and_sums(plan: Plan, small: Province) -> None:
    ((name, text),) = drawn(handover.draw, plan, small).items()
    assert name == "handovers/T01.html"
    assert text.count("Handover record") == len(list_handovers(plan, small)) == 4
    for words in ("For side A", "For side B", "Thư viện tỉnh Mường Nhỏ", "No. 12-01/BB-TV",
                  "1 December 2026"):  # fmt: skip
        assert words in text
    first = text.split("Handover record")[1]
    assert "B1 Lô Mận 2 7 70 Good 03/2027" in first
    assert "Together 2 7 70" in first
    assert first.index("Side A leaves") < first.index("Side B gives back")


def test_only_the_vietnamese_form_has_the_heading_of_the_state(plan, small: Province) -> None:
    words = "Cộng hòa xã hội chủ nghĩa Việt Nam"
    for language, count in (("vi", 4), ("en", 0), ("lv", 0)):
        ((_, text),) = drawn(handover.draw, plan, small, language).items()
        assert text.count(words) == text.count("Độc lập - Tự do - Hạnh phúc") == count
        assert text.count("ngày 01 tháng 12 năm 2026") == (4 if language == "vi" else 0)
    abroad = small.settings.province.model_copy(update={"country": "LV"})
    elsewhere = replace(small, settings=small.settings.model_copy(update={"province": abroad}))
    assert words not in drawn(handover.draw, plan, elsewhere, "vi")["handovers/T01.html"]


def test_papers_say_what_the_settings_say(plan: Plan, small: Province) -> None:
    paper = PaperSettings(
        authority="Sở Một", place="Bản Hai", symbol="BB-BA", giver_title="Bốn", grounds=("Năm",)
    )
    told = replace(small, settings=small.settings.model_copy(update={"paper": paper}))
    text = drawn(handover.draw, plan, told)["handovers/T01.html"]
    for words in ("Sở Một", "Bản Hai , 1 December", "No. 12-02/BB-BA", "Office: Bốn",
                  "Having regard to Năm;"):  # fmt: skip
        assert words in text


def test_each_box_left_has_a_label_with_its_own_code(plan: Plan, small: Province) -> None:
    ((name, page),) = box_labels.draw(plan, small, "en")
    text = page.decode("utf-8")
    trip = plan.trips.trips[0]
    left = [(p, stop) for stop in trip.stops for p in stop.leaves]
    assert name == "labels/T01.html"
    assert text.count('class="label"') == sum(parcel.boxes for parcel, _ in left)
    for parcel, stop in left:
        for number in range(1, parcel.boxes + 1):
            words = encode_box(parcel, number, stop.day, trip.trip_id)
            code = segno.make(words, error="m", micro=False)
            path = re.search(r'd="([^"]+)"', code.svg_inline(border=2, omitsize=True))
            assert path
            assert path[1] in text, words


def test_a_label_code_says_which_box_goes_where_and_keeps_strange_ids_apart() -> None:
    parcel = Parcel("B|1%", "KHO", "TV 1", 70, 2, 30.0)
    code = encode_box(parcel, 2, date(2026, 12, 1), "T|1")
    fields = [unquote(field) for field in code.split("|")]
    assert fields == ["LC1", "B|1%", "2", "2", "KHO", "TV 1", "2026-12-01", "T|1"]


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(105, 74, (2, 4)), (70, 37, (3, 8)), (210, 297, (1, 1)), (99.1, 67.7, (2, 4))],
)
def test_as_many_labels_as_fit_lie_on_a_sheet(plan, small, width, height, expected) -> None:
    paper = PaperSettings(label_width_mm=width, label_height_mm=height)
    assert count_on_sheet(paper) == expected
    sized = replace(small, settings=small.settings.model_copy(update={"paper": paper}))
    ((_, page),) = box_labels.draw(plan, sized, "vi")
    text = page.decode("utf-8")
    places = re.findall(r"left:([\d.]+)mm;top:([\d.]+)mm", text)
    assert len(places) == text.count('class="label"')
    for left, top in places:
        assert 0 <= float(left) <= 210 - width
        assert 0 <= float(top) <= 297 - height
    assert text.count("<section") == -(-len(places) // (expected[0] * expected[1]))


def test_the_last_stop_is_loaded_first(plan: Plan, small: Province) -> None:
    (trip,) = plan.trips.trips
    lines = list_loading(plan, trip)
    stops = [line.stop.sequence for line in lines]
    assert stops == sorted(stops, reverse=True)
    assert sorted(line.parcel.content_id for line in lines) == sorted(
        parcel.content_id for parcel in trip.loads
    )
    assert trip.peak_boxes >= sum(line.parcel.boxes for line in lines)
    text = drawn(loading_list.draw, plan, small)["loading/T01.html"]
    places = [text.index(f" {n} {line.parcel.content_id} ") for n, line in enumerate(lines, 1)]
    assert places == sorted(places)


def test_what_is_taken_and_not_left_comes_home(plan: Plan, small: Province) -> None:
    trip = plan.trips.trips[0]
    taken = Parcel("B6", trip.stops[-1].site_id, "KHO", 35, 1, 15.0)
    stops = (*trip.stops[:-1], replace(trip.stops[-1], takes=(taken,)))
    coming = replace(trip, stops=stops)
    assert taken not in trip.returns
    assert taken in coming.returns
    chained = {p.content_id for p in trip.stops[0].takes}
    assert not chained & {p.content_id for p in trip.returns}


def test_the_list_says_which_trip_brings_a_batch_home_before(plan, small: Province) -> None:
    trip = plan.trips.trips[0]
    parcel = trip.loads[0]
    home = Parcel(parcel.content_id, "TV1", "KHO", 70, 2, 30.0)
    stop = replace(trip.stops[0], sequence=1, leaves=(), takes=(home,), day=date(2026, 11, 30))
    before = replace(trip, trip_id="T00", stops=(stop,), nights=(), loads=(),
                     first_day=date(2026, 11, 30), last_day=date(2026, 11, 30))  # fmt: skip
    both = replace(plan, trips=replace(plan.trips, trips=(before, trip)))
    lines = list_loading(both, trip)
    assert [line.back_with for line in lines if line.parcel == parcel] == [before]
    text = drawn(loading_list.draw, both, small)["loading/T01.html"]
    assert "back on 30/11/2026 with T00" in text
    assert text.count("in the store room") == len(trip.loads) - 1


def test_a_notice_tells_when_the_bus_is_open_and_what_comes(plan: Plan, small: Province) -> None:
    sites = small.site_by_id
    notices = list_occasions(plan, small)
    stop = next(s for s in plan.trips.trips[0].stops if Task.SESSION in s.tasks)
    own = notices[sites[stop.site_id].commune_code]
    session = next(o for o in own if o.task is Task.SESSION and o.site_id == stop.site_id)
    late = (stop.start_min + 30) % 5
    opens = stop.start_min + 30 + (5 - late if late else 0)  # setting up takes half an hour
    assert session.opens_min == opens
    assert opens < session.closes_min <= min(stop.depart_min, opens + 180)
    books = next(o for o in own if o.task is Task.EXCHANGE and o.site_id == stop.site_id)
    assert books.books == sum(parcel.books for parcel in stop.leaves)
    assert str(books.until_month) == "2027-03"


def test_a_notice_can_be_read_aloud(plan: Plan, small: Province) -> None:
    pages = drawn(commune_notice.draw, plan, small)
    site = small.site_by_id[plan.trips.trips[0].stops[0].site_id]
    text = pages[f"notices/{site.commune_code}.html"]
    speech = text.split("To be read aloud")[1]
    assert "Dear people of" in speech
    assert site.name in speech
    assert "+84 200 000 000" in speech
    assert len(pages) == len(list_occasions(plan, small))


def test_a_notice_does_not_call_everybody_into_a_school(plan: Plan, small: Province) -> None:
    kinds = {site.site_id: site.kind for site in small.sites}
    told = [o for own in list_occasions(plan, small).values() for o in own]
    assert {o.is_public for o in told} == {True}
    sites = tuple(
        replace(site, kind=SiteKind.SCHOOL) if kinds[site.site_id] != "depot" else site
        for site in small.sites
    )
    pages = drawn(commune_notice.draw, plan, replace(small, sites=sites))
    assert pages
    for text in pages.values():
        assert "for the people of this place" in text
        assert "Adults and children" not in text
        assert "You can borrow" not in text
        assert "Everyone is welcome" not in text


def test_papers_run_and_load_nothing(plan: Plan, small: Province) -> None:
    for document in PAPERS:
        for name, page in load_draw(document)(plan_for(document, small), small, "vi"):
            text = page.decode("utf-8")
            assert "<script" not in text, name
            assert "default-src 'none'" in text
            assert "script-src" not in text
            assert not re.search(r'(src|href)="(?!data:|#|drivers/|changed/)', text)


@pytest.fixture(scope="module")
def folder(small: Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("papers") / "2026-12"
    write_papers(small, target, NAMES, "vi")
    return target


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_papers_open_without_error_or_request(browser, folder: Path, width, height) -> None:
    paths = sorted(folder.rglob("*.html"))
    names = [path.relative_to(folder).as_posix() for path in paths]
    papers = [
        document for document in PAPERS if not (document.tells_lockdown or document.tells_events)
    ]
    assert all(fnmatch.filter(names, document.files) for document in papers)
    for path, page, said in open_each(browser, paths, width=width, height=height):
        assert overflow(page) <= 0, path
        page.screenshot(path=folder.parent / f"{path.parent.name}-{path.stem}-{width}.png")
        assert said == []


IS_CUT = """[...document.querySelectorAll('.label, .label p')]
    .filter(e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
    .filter(e => getComputedStyle(e).overflow == 'hidden').map(e => e.innerText)"""


def test_nothing_is_cut_on_paper(browser, folder: Path) -> None:
    paths = sorted(folder.rglob("*.html"))
    for path, page, _ in open_each(browser, paths, width=794, height=1123):  # A4 at 96 dpi
        page.emulate_media(media="print")
        assert overflow(page) <= 0, path
        assert page.evaluate(IS_CUT) == []


RUNS_OVER = """[...document.querySelectorAll('table.list th, table.list td')]
    .filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => e.tagName + ' ' + e.className + ': ' + e.innerText)"""
LOOKS = (("screen", 1280), ("screen", 390), ("print", 661))
"""Medium and width in pixels; the widest margins leave 661 of A4 at 96 dpi."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cell_of_a_list_is_run_over(browser, small, tmp_path, language) -> None:
    write_papers(small, tmp_path, NAMES, language)
    paths = [p for p in tmp_path.rglob("*.html") if '<table class="list"' in p.read_text("utf-8")]
    assert {path.parent.name for path in paths} >= {"handovers", "loading", "rides"}
    for path, page, _ in open_each(browser, paths, width=1280, height=1000):
        for medium, width in LOOKS:
            page.emulate_media(media=medium)
            page.set_viewport_size({"width": width, "height": 1000})
            assert page.evaluate(RUNS_OVER) == [], (path, medium, width)


HOSTILE = (
    "<script>window.hacked=1</script></style><img src=x onerror=window.hacked=1>\u2028",
    "\"'><svg onload=window.hacked=1> {{7*7}} {0} {x} ${7*7} &amp; `;}body{display:none}",
    "=1+1 هجمات \U0001f4da ../../etc/passwd " + "x" * 300,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_run_nothing_and_fit(browser, small, tmp_path, text: str) -> None:
    hostile = rename_everything(small, text)
    paper = PaperSettings(authority=text, place=text, symbol=text, giver_title=text,
                          receiver_title=text, grounds=(text,))  # fmt: skip
    hostile = replace(hostile, settings=hostile.settings.model_copy(update={"paper": paper}))
    write_papers(hostile, tmp_path / "m", NAMES, "vi")
    paths = sorted((tmp_path / "m").rglob("*.html"))
    for path, page, said in open_each(browser, paths, width=390, height=844):
        assert page.evaluate("window.hacked") is None
        assert page.locator("img").count() == 0
        assert page.evaluate("getComputedStyle(document.body).display") != "none"
        assert overflow(page) <= 0, path
        assert said == []


def test_every_sheet_says_at_its_foot_which_plan_it_was_made_from(small: Province) -> None:
    for document in PAPERS:
        plan = plan_for(document, small)
        sealed = seal_plan(plan)
        foot = f'@bottom-right{{content:"plan 2026-12, {sealed.papers_digest}"'
        draw = load_draw(document)
        found = [page.decode("utf-8") for _, page in draw(sealed, small, "en")]
        assert found
        has_foot = document.name not in ("labels", "summary")  # no room for it
        assert all((foot in page) == has_foot for page in found)
        assert not any("@bottom-right" in page.decode() for _, page in draw(plan, small, "en"))
