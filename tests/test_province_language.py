"""Texts in their language: values filled in, plurals, what a catalogue lacks."""

import pytest

from province.language import (
    LANGUAGES,
    PLURAL_FORMS,
    VERBATIM,
    Language,
    Message,
    catalogue_path,
    message,
    read_catalogue,
    translate,
    translate_plural,
)


def test_values_are_filled_in_and_may_be_messages() -> None:
    inner = message("at least one depot")
    outer = message("{file}: {what}", file="libraries.csv", what=inner)
    assert str(outer) == "libraries.csv: at least one depot"
    in_vietnamese = translate(outer, "vi")
    assert in_vietnamese.startswith("libraries.csv: ")
    assert in_vietnamese.endswith(translate(inner, "vi"))
    assert translate(inner, "vi") != "at least one depot"


def test_braces_in_values_are_left_alone() -> None:
    assert str(message("site {name}", name="{0} {x}")) == "site {0} {x}"


def test_equal_messages_are_equal_whatever_the_order_of_values() -> None:
    assert message("{a} {b}", a=1, b=2) == message("{a} {b}", b=2, a=1)


def test_decimals_carry_the_mark_of_the_language() -> None:
    text = message("{km} km", km=12.5)
    assert translate(text, "en") == "12.5 km"
    assert translate(text, "vi") == "12,5 km"
    assert translate(message("{year}", year=2026), "vi") == "2026"
    assert translate(message("{km} km", km=1234.0), "lv") == "1234 km"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_no_catalogue_has_comes_back_in_english(language) -> None:
    assert translate(message("zyx {n} wvu", n=3), language) == "zyx 3 wvu"
    assert translate("", language) == ""


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_catalogues_keep_the_placeholders(language) -> None:
    assert catalogue_path(language).is_file()
    texts = read_catalogue(language)._catalog
    broken = [
        (key, text)
        for key, text in texts.items()
        if isinstance(key, str) and key and text and names_in(key) != names_in(text)
    ]
    assert not broken


def names_in(text: str) -> set[str]:
    from string import Formatter

    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_texts_fill_in_the_count(language) -> None:
    for count in (0, 1, 2, 11, 21):
        assert str(count) in translate_plural("{count} zyx", "{count} zyxes", count, language)


def test_english_counts_in_two_forms() -> None:
    texts = [translate_plural("{count} book", "{count} books", n, "en") for n in (0, 1, 2, 21)]
    assert texts == ["0 books", "1 book", "2 books", "21 books"]


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_catalogues_count_in_the_forms_of_the_program(language) -> None:
    from babel.messages.pofile import read_po

    with catalogue_path(language).open("rb") as file:
        assert f"{read_po(file).plural_forms}" == PLURAL_FORMS[language]


def test_latvian_plural_forms_are_those_of_cldr() -> None:
    from babel import Locale

    forms = read_catalogue("lv").plural
    order, cldr = ("one", "other", "zero"), Locale("lv").plural_form
    assert [order[forms(n)] for n in range(250)] == [cldr(n) for n in range(250)]


def test_vietnamese_has_one_form_for_every_number() -> None:
    """Nouns do not change; since CLDR 48 its form "one" only serves wordings of nought and one."""
    forms = read_catalogue("vi").plural
    assert {forms(n) for n in range(250)} == {0}


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("vi", "01/12/2026, 03/12/2026"),
        ("lv", "01.12.2026., 03.12.2026."),
        ("en", "2026-12-01, 2026-12-03"),
    ],
)
def test_days_in_sentences_are_written_as_people_do(language: Language, shown: str) -> None:
    told = message("not before {first}", first="2026-12-01, 2026-12-03")
    assert shown in translate(told, language)


@pytest.mark.parametrize("text", ["2026-02-30", "T-2026-12-01", "2026-12-01.csv"])
def test_what_only_looks_like_a_day_stays(text: str) -> None:
    assert text in translate(message("not before {first}", first=text), "vi")


def test_what_stands_in_a_file_stays_as_it_stands_there() -> None:
    for name in sorted(VERBATIM):
        told = translate(Message("{" + name + "}", ((name, "2026-12-01"),)), "vi")
        assert told == "2026-12-01"


def test_a_latvian_day_at_the_end_of_a_sentence_has_one_point() -> None:
    told = translate(message("Counted on {day}.", day="2026-12-01"), "lv")
    assert told.endswith("2026.")
    assert not told.endswith("..")
