"""Every text of the program is translated, with the same placeholders."""

import string

import pytest
from babel.messages.pofile import read_po

from province.language import LANGUAGES, catalogue_path
from tools.translations import extract_texts, is_complete, list_literals, update_catalogue

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
