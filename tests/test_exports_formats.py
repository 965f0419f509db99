"""Dates and numbers are written as each language does."""

from datetime import date

import pytest

from exports.text.formats import (
    count_boxes,
    format_day,
    format_duration,
    format_long_day,
    format_month,
    format_number,
    name_language,
)
from province.dates import Month


@pytest.mark.parametrize(
    ("language", "expected"),
    [("vi", "01/12/2026"), ("en", "01/12/2026"), ("lv", "01.12.2026.")],
)
def test_days_in_figures(language, expected) -> None:
    assert format_day(date(2026, 12, 1), language) == expected


def test_days_with_their_weekday() -> None:
    assert format_long_day(date(2026, 12, 1), "vi") == "Thứ Ba, ngày 1 tháng 12 năm 2026"
    assert format_long_day(date(2026, 12, 1), "lv") == "Otrdiena, 2026. gada 1. decembris"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("vi", "tháng 12 năm 2026"), ("en", "December 2026"), ("lv", "2026. gada decembris")],
)
def test_months_with_their_year(language, expected) -> None:
    assert format_month(Month(2026, 12), language) == expected


def test_numbers() -> None:
    assert format_number(1234567, "vi") == "1.234.567"
    assert format_number(12.34, "vi", digits=1) == "12,3"
    assert format_number(1234567, "en") == "1,234,567"


def test_languages_that_no_list_names_have_a_name() -> None:
    assert [name_language(code, "vi") for code in ("ium", "nut", "vi")] == [
        "Tiếng Dao", "Tiếng Nùng", "Tiếng Việt",
    ]  # fmt: skip
    assert name_language("xyz", "vi") == "xyz"


def test_durations() -> None:
    assert format_duration(125, "vi") == "2 giờ 05 phút"
    assert format_duration(45, "en") == "45 min"


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0 kastu"), (1, "1 kaste"), (2, "2 kastes"), (9, "9 kastes"), (10, "10 kastu"),
     (11, "11 kastu"), (19, "19 kastu"), (20, "20 kastu"), (21, "21 kaste"), (22, "22 kastes"),
     (101, "101 kaste"), (111, "111 kastu"), (112, "112 kastu"), (122, "122 kastes")],
)  # fmt: skip
def test_latvian_has_three_plurals(count: int, expected: str) -> None:
    assert count_boxes(count, "lv") == expected
