"""Months, spans and minutes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from province.dates import DateSpan, Month, clock

MONTHS = st.builds(Month, st.integers(1950, 2150), st.integers(1, 12))


@given(MONTHS, st.integers(-500, 500))
def test_months_later_and_since_undo_each_other(month: Month, months: int) -> None:
    assert month.plus(months).months_since(month) == months
    assert month.plus(months).plus(-months) == month


@given(MONTHS)
def test_a_month_is_read_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert Month.parse(f"{month.number}/{month.year}") == month
    days = list(month.days())
    assert days[0] == month.first_day
    assert days[-1] == month.last_day
    assert {Month.of(day) for day in days} == {month}


def test_december_is_followed_by_january() -> None:
    assert Month(2026, 12).plus(1) == Month(2027, 1)
    assert Month(2026, 1).plus(-1) == Month(2025, 12)
    assert Month(2028, 2).last_day == date(2028, 2, 29)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026", "13/2026", "Dec 2026", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        Month.parse(text)


def test_spans_hold_both_ends() -> None:
    span = DateSpan(date(2026, 12, 30), date(2027, 1, 2))
    assert [day.day for day in span.days()] == [30, 31, 1, 2]
    assert date(2026, 12, 30) in span
    assert date(2027, 1, 2) in span
    assert date(2027, 1, 3) not in span
    with pytest.raises(ValueError, match="before"):
        DateSpan(date(2027, 1, 2), date(2026, 12, 30))


def test_minutes_are_shown_as_a_clock() -> None:
    assert [clock(minute) for minute in (0, 450, 1439, 1500)] == [
        "00:00", "07:30", "23:59", "25:00"
    ]  # fmt: skip
