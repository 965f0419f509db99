"""Dates, numbers and times as people of a language write them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from province.amounts import count_decimals, tell_amount
from province.dates import Month
from province.language import DAY_PATTERNS, Language, message, translate, translate_plural

_LOCALES: dict[Language, str] = {"vi": "vi_VN", "en": "en_GB", "lv": "lv_LV"}

_LONG_PATTERNS: dict[Language, str] = {
    "vi": "EEEE, 'ngày' d 'tháng' M 'năm' yyyy", "en": "full", "lv": "full",
}  # fmt: skip
_WRITTEN_PATTERNS: dict[Language, str] = {
    "vi": "'ngày' dd 'tháng' MM 'năm' yyyy", "en": "d MMMM yyyy", "lv": "yyyy. 'gada' d. MMMM",
}  # fmt: skip
_MONTH_PATTERNS: dict[Language, str] = {
    "vi": "'tháng' M 'năm' yyyy", "en": "MMMM yyyy", "lv": "yyyy. 'gada' MMMM",
}  # fmt: skip


def format_day(day: date, language: Language) -> str:
    """Return a day in figures, e.g. ``01/12/2026``."""
    return format_date(day, DAY_PATTERNS[language], locale=_LOCALES[language])


def format_long_day(day: date, language: Language) -> str:
    """Return a day with its weekday, e.g. ``Thứ Ba, ngày 1 tháng 12 năm 2026``."""
    text = format_date(day, _LONG_PATTERNS[language], locale=_LOCALES[language])
    return text[:1].upper() + text[1:]


def format_written_day(day: date, language: Language) -> str:
    """Return a day as official papers write it, e.g. ``ngày 01 tháng 12 năm 2026``."""
    return format_date(day, _WRITTEN_PATTERNS[language], locale=_LOCALES[language])


def format_month(month: Month, language: Language) -> str:
    """Return a month with its year, e.g. ``tháng 12 năm 2026``."""
    return format_date(month.first_day, _MONTH_PATTERNS[language], locale=_LOCALES[language])


_LANGUAGES = {
    "blt": message("Tai Dam"), "hni": message("Hani"), "ium": message("Iu Mien"),
    "kjg": message("Khmu"), "mtq": message("Muong"), "nut": message("Nung"),
    "tyz": message("Tay"),
}  # fmt: skip
"""Languages of the region that not every list of the CLDR names; English names of ISO 639-3."""


def name_language(code: str, language: Language) -> str:
    """Return what a language is called, and its code where it is known by nothing else."""
    name = Locale.parse(_LOCALES[language]).languages.get(code)
    if name is None and code in _LANGUAGES:
        return translate(_LANGUAGES[code], language)
    return code if name is None else str(name)


def name_weekdays(language: Language) -> tuple[str, ...]:
    """Return the shortest names of the days of the week, Monday first."""
    names = Locale.parse(_LOCALES[language]).days["stand-alone"]["short"]
    return tuple(str(names[number]) for number in range(7))


def format_number(value: float, language: Language, *, digits: int = 0) -> str:
    """Return a number with at most `digits` decimals, grouped as the language does."""
    pattern = "#,##0." + "#" * digits if digits else "#,##0"
    return format_decimal(value, format=pattern, locale=_LOCALES[language])


def format_money(smallest: float, currency: str, language: Language) -> str:
    """Return an amount, counted in the smallest unit of a currency, with all its decimals."""
    return format_amount(tell_amount(smallest, currency), currency, language)


def format_amount(amount: float, currency: str, language: Language) -> str:
    """Return an amount of a currency with all its decimals, without the name of the currency."""
    decimals = count_decimals(currency)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(amount, format=pattern, locale=_LOCALES[language])


def format_km(length_m: float, language: Language) -> str:
    """Return a length in kilometres, with a decimal below 100 km."""
    km = length_m / 1000
    return f"{format_number(km, language, digits=0 if km >= 100 else 1)} km"


def format_duration(minutes: int, language: Language) -> str:
    """Return minutes as hours and minutes, e.g. ``2 h 05 min``."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return translate(message("{minutes} min", minutes=rest), language)
    return translate(
        message("{hours} h {minutes} min", hours=hours, minutes=f"{rest:02d}"), language
    )


def count_boxes(count: int, language: Language) -> str:
    """Return a number of boxes."""
    shown = format_number(count, language)
    return translate_plural("{count} box", "{count} boxes", count, language, shown=shown)


def count_books(count: int, language: Language) -> str:
    """Return a number of books."""
    shown = format_number(count, language)
    return translate_plural("{count} book", "{count} books", count, language, shown=shown)


def tell_moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the moment of so many minutes after a day's midnight, by the clock of a place."""
    return datetime.combine(day, time(), zone) + timedelta(minutes=minute)
