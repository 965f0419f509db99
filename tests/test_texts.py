"""Every text of the program is translated, with the same placeholders."""

import string
from dataclasses import replace

import pytest
from babel.messages.pofile import read_po
from document_texts import UNITS, MarkedCatalogue, date_words, find_words, list_texts
from plan_fixture import MONTH, make_plan, rename_everything
from replanned_fixture import WHY, make_replanned
from system_folder import known_to

from exports.write import DOCUMENTS, Document, load_draw
from planning.past.whole_month import show_whole_month
from planning.plan import Plan
from province import language as texts
from province.facts import Province
from province.language import LANGUAGES, catalogue_path
from province.paper_settings import STATE_HEADINGS
from province.results import RESULT_COLUMNS, Outcome, ResultTask, Settlement
from province.visits import Parcel
from tools.translations import extract_texts, is_complete, list_literals, update_catalogue

READ_BACK = {*RESULT_COLUMNS, *ResultTask, *Outcome, *Settlement}
"""What `record` reads from the workbook, the same in every language."""

OTHERS = [language for language in LANGUAGES if language != "en"]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_marked_text_is_a_literal_and_is_extracted() -> None:
    marked = list(list_literals())
    assert len(marked) > 100
    assert [place for *place, text in marked if text is None] == []
    extracted = {
        part
        for entry in extract_texts()
        for part in (entry.id if isinstance(entry.id, tuple) else (entry.id,))
        if part
    }
    assert {text for *_, text in marked} - extracted == set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language) -> None:
    content, missing, dropped = update_catalogue(language, extract_texts())
    assert missing == []
    assert dropped == []
    assert content == catalogue_path(language).read_bytes(), "run python -m tools.translations"


def test_a_text_without_translation_is_told_with_its_places(capfd) -> None:
    texts = extract_texts()
    texts.add("Nobody has translated this", locations=[("planning/plan.py", 7)])
    _, missing, _ = update_catalogue("lv", texts)
    assert missing == ["planning/plan.py:7: 'Nobody has translated this'"]
    assert [path for path, _ in texts.get("Loaded").locations] == [
        "exports/papers/loading_list.html.j2"
    ]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_their_placeholders(language) -> None:
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    for entry in catalogue:
        if not entry.id or not is_complete(entry):
            continue
        forms = (entry.string,) if isinstance(entry.string, str) else entry.string
        key = entry.id if isinstance(entry.id, str) else entry.id[1]
        for form in forms:
            assert placeholders(form) == placeholders(key), form


def test_latvian_catalogue_has_three_forms_in_the_order_one_other_zero() -> None:
    with catalogue_path("lv").open("rb") as file:
        catalogue = read_po(file, locale="lv")
    assert catalogue.num_plurals == 3
    entry = catalogue.get(("{count} box", "{count} boxes"))
    assert entry is not None
    assert entry.string == ("{count} kaste", "{count} kastes", "{count} kastu")


def known_words(province: Province, language) -> set[str]:
    """Return what may stand in a document without a translation: ids, dates, units, codes."""
    ids = [*province.site_by_id, *province.batch_by_id, *province.vehicle_by_id,
           *province.crew_by_id, *(kit.kit_id for kit in province.kits)]  # fmt: skip
    fixed = [*map(str, ids), province.settings.province.currency]
    if language == "vi":
        fixed += STATE_HEADINGS["VN"]
    words = {word for text in fixed for word in find_words(text.lower(), set())}
    return words | UNITS | date_words(language, MONTH.year)


def make_full_plan(province: Province) -> Plan:
    """Return a plan in which a trip also brings a batch home."""
    plan = make_plan(province)
    trip = plan.trips.trips[0]
    last = trip.stops[-1]
    home = Parcel(province.batches[-1].batch_id, last.site_id, trip.depot_id, 35, 1, 15.0)
    stops = (*trip.stops[:-1], replace(last, takes=(*last.takes, home)))
    return replace(plan, trips=replace(plan.trips, trips=(replace(trip, stops=stops),)))


def list_strange_words(document: Document, province: Province, language) -> dict[str, str]:
    """Return words of a document that came from no catalogue, each with where it stands."""
    known = known_words(province, language) | {word.lower() for word in WHY.split()}
    again = make_replanned(province)
    if document.tells_month:
        again = show_whole_month(again, province)
    plans = (again,) if document.tells_changes else (make_full_plan(province), again)
    return {
        word: f"{name}: {text.strip()[:80]}"
        for plan in plans
        for name, content in load_draw(document)(plan, province, language)
        for text in list_texts(name, content)
        if text not in READ_BACK
        for word in find_words(text, known)
    }


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_word_of_a_document_comes_from_a_catalogue(
    document: Document, small: Province, language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "read_catalogue", lambda language: MarkedCatalogue())
    renamed = known_to(document.name, rename_everything(small, "§"))
    assert list_strange_words(document, renamed, language) == {}


def test_a_word_that_passed_no_catalogue_is_found() -> None:
    page = "<title>⟦Trip⟧ T1</title><p title='⟦x⟧ Oops'>⟦from <b>Nà Ớt</b> here⟧ Bad</p>"
    read = list_texts("x.html", page.encode())
    assert sorted(word for text in read for word in find_words(text, {"bus"})) == ["Bad", "Oops"]
    assert find_words("⟦a ⟦b⟧ c⟧ Bus 12 km Ớt", {"bus", "km"}) == ["Ớt"]
