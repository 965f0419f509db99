"""Cells as planners write them: numbers, days, times, lists."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from province.cells import (
    parse_clock,
    parse_day,
    parse_degrees,
    parse_hours,
    parse_latitude,
    parse_list,
    parse_number,
    parse_spans,
    parse_whole,
    parse_yes,
)
from province.dates import DateSpan
from province.findings import CellError


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_are_read_as_written(number: int) -> None:
    assert parse_whole(str(number)) == number
    assert type(parse_whole(str(number))) is int


@given(st.decimals(-(10**6), 10**6, places=2, allow_nan=False, allow_infinity=False))
def test_two_decimals_are_read_with_point_or_comma(number: Decimal) -> None:
    text = f"{number:.2f}"
    assert parse_number(text) == parse_number(text.replace(".", ",")) == float(text)


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(".,"), st.sampled_from(["", "-"]))
def test_three_digits_behind_one_separator_are_refused(
    whole: int, rest: int, separator: str, sign: str
) -> None:
    with pytest.raises(CellError) as caught:
        parse_number(f"{sign}{whole}{separator}{rest:03d}")
    assert f"{sign}{whole}{rest:03d} if you mean thousands" in str(caught.value.advice)


def read_or_explain(parse: Callable[[str], Any], text: str) -> Any:
    """Return what a cell holds, or the error that says what it should hold."""
    try:
        return parse(text)
    except CellError as error:
        return error


ANY_TEXT = st.text(max_size=12) | st.sampled_from(["1e999", "-1e999", "1e400", "9" * 400, "1e-400"])


@given(ANY_TEXT)
def test_any_text_is_a_finite_number_or_explained(text: str) -> None:
    for parse, kind in ((parse_number, float), (parse_whole, int), (parse_degrees, float)):
        answer = read_or_explain(parse, text)
        if isinstance(answer, CellError):
            assert str(answer.expected)
            assert str(answer.advice)
        else:
            assert isinstance(answer, kind)
            assert abs(answer) < float("inf")


def test_zero_before_three_decimals_is_no_thousand() -> None:
    assert parse_number("0.125") == parse_number("0,125") == 0.125


def test_one_thousand_is_not_offered_with_a_bare_point() -> None:
    with pytest.raises(CellError) as caught:
        parse_number("1.000")
    assert str(caught.value.advice) == "write 1000 if you mean thousands, 1 if you mean decimals"


@pytest.mark.parametrize("value", ["1e999", "-1e999", float("inf"), float("nan"), "9" * 400])
def test_numbers_are_finite(value: object) -> None:
    with pytest.raises(CellError) as caught:
        parse_number(value)
    assert str(caught.value.expected) == "a finite number"


@pytest.mark.parametrize("text", ["2.5", "1,5", "1e-1"])
def test_fractions_are_no_whole_numbers(text: str) -> None:
    with pytest.raises(CellError):
        parse_whole(text)


def test_degrees_have_no_thousands() -> None:
    assert parse_degrees("103.596") == parse_degrees("103,596") == 103.596


def test_a_latitude_over_90_degrees_is_a_longitude() -> None:
    assert parse_latitude("21.3") == 21.3
    with pytest.raises(CellError) as caught:
        parse_latitude("104.0")
    assert "swapped" in str(caught.value.advice)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_days_are_read_in_both_ways(day: date) -> None:
    assert parse_day(day.isoformat()) == parse_day(day.strftime("%d/%m/%Y")) == day


@pytest.mark.parametrize("text", ["2026-02-30", "31/02/2026", "2026/12/31", "12-31-2026", "today"])
def test_days_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "minute"), [("00:00", 0), ("7:30", 450), ("24:00", 1440), ("07:30:00", 450)]
)
def test_times_of_day_are_minutes(text: str, minute: int) -> None:
    assert parse_clock(text) == minute


@pytest.mark.parametrize("text", ["24:01", "7h30", "07:60", "-1:00", ""])
def test_times_beyond_the_day_are_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_clock(text)


def test_yes_and_no_in_three_languages() -> None:
    assert all(parse_yes(word) for word in ("yes", "Có", "JĀ", "true", "1"))
    assert not any(parse_yes(word) for word in ("no", "Không", "NĒ", "false", "0"))
    with pytest.raises(CellError):
        parse_yes("maybe")


def test_lists_and_spans() -> None:
    assert parse_list(" vi | hmn ||") == ("vi", "hmn")
    assert parse_spans("2026-12-07..2026-12-09|04/01/2027") == (
        DateSpan(date(2026, 12, 7), date(2026, 12, 9)),
        DateSpan(date(2027, 1, 4), date(2027, 1, 4)),
    )
    with pytest.raises(CellError, match="in order"):
        parse_spans("2026-12-09..2026-12-07")


def test_hours_are_checked_but_not_changed() -> None:
    assert parse_hours("Mo-Fr 07:30-11:30,13:30-17:00; Su off") == (
        "Mo-Fr 07:30-11:30,13:30-17:00; Su off"
    )
    with pytest.raises(CellError, match="OpenStreetMap"):
        parse_hours("from eight to five")
