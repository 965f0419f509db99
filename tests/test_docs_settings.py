"""The page of all settings says what the code says."""

import re

import pytest

from province.settings import Settings, TripSettings
from tools.settings_table import PAGE, list_sections, read_page, write_page


def test_the_page_is_up_to_date_with_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert write_page(text) == text, "run: python -m tools.settings_table"


def test_every_setting_has_a_unit_a_sentence_and_a_source() -> None:
    rows = read_page(PAGE.read_text(encoding="utf-8"))
    assert [
        name for name, row in rows.items() if not (row.unit and row.sentence and row.source)
    ] == []
    sections = {heading: fields for heading, _, fields in list_sections()}
    assert {key for heading, key in rows if heading == "[trips]"} == set(TripSettings.model_fields)
    assert len(rows) == sum(map(len, sections.values())) > 80
    lone = set(Settings.model_fields) - {name.strip("[]") for name in sections}
    assert lone == set(sections["the file itself"])


def test_sources_are_real_where_the_setting_is_not_of_the_files_format() -> None:
    """`tools.settings_table` writes a dash for a new one: name a source, or "assumption"."""
    rows = read_page(PAGE.read_text(encoding="utf-8"))
    lacking = {key for key, row in rows.items() if not re.search(r"\w", row.source)}
    assert lacking == {("the file itself", "format"), ("the file itself", "sources")}


def test_defaults_come_from_the_code_and_sentences_stay() -> None:
    text = PAGE.read_text(encoding="utf-8")
    row = read_page(text)["[trips]", "driving_max_day_min"]
    assert (row.unit, row.default, row.source) == ("min", "`600`", "Law 36/2024 art. 64")
    damaged = text.replace(row.write(), row.write().replace("`600`", "`700`"))
    assert damaged != text
    assert write_page(damaged) == text
    short = text.replace(row.write() + "\n", "")
    assert read_page(write_page(short))["[trips]", "driving_max_day_min"].unit == "min"


@pytest.mark.parametrize("page", ["docs/data-format.md", "README.md"])
def test_the_page_is_linked(page: str) -> None:
    assert "settings.md" in (PAGE.parent.parent / page).read_text(encoding="utf-8")
