"""Who writes a report, to whom, and in which form: texts of the settings, or their defaults."""

from dataclasses import dataclass
from datetime import date

from exports.text.formats import format_written_day
from programme.reporting.parts import ProgrammeReport, ReportLevel, ReportUnit
from province.facts import Province
from province.language import Language
from province.programme_settings import ReportSettings


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above and below the text of a report; "" and () where nothing does.

    Parameters
    ----------
    heading
        The state's name, and below it its motto.
    authority, organisation
        The body above who writes it, and who does.
    symbol
        What follows the number.
    place_and_day
        Where and when it was written.
    signer
        Office of who signs, a line each.
    """

    heading: tuple[str, ...]
    authority: str
    organisation: str
    symbol: str
    place_and_day: str
    addressee: str
    grounds: tuple[str, ...]
    recipients: tuple[str, ...]
    signer: tuple[str, ...]


def make_letterhead(report: ProgrammeReport, province: Province, language: Language) -> Letterhead:
    """Return the letterhead of a report; the state's heading in the province's own language."""
    us, paper = province.settings.province, province.settings.paper
    form = find_form(province, report.level)
    authority, organisation = _name_bodies(report, province, form)
    return Letterhead(
        heading=paper.find_heading(us.country) if language == us.language else (),
        authority=authority,
        organisation=organisation,
        symbol=form.symbol if form else "",
        place_and_day=", ".join((_find_place(report, province), _tell_day(report.on, language))),
        addressee=_fill(form.addressee if form else "", report.unit),
        grounds=paper.grounds,
        recipients=tuple(_fill(line, report.unit) for line in (form.recipients if form else ())),
        signer=tuple(_fill(line, report.unit) for line in (form.signer if form else ())),
    )


def find_form(province: Province, level: ReportLevel) -> ReportSettings | None:
    """Return the report of the settings that somebody of a level owes, or None."""
    return next((one for one in province.settings.reports if one.written_by == level), None)


def _name_bodies(
    report: ProgrammeReport, province: Province, form: ReportSettings | None
) -> tuple[str, str]:
    """Return the body above, and who writes; above the office of a commune stands none."""
    us, paper = province.settings.province, province.settings.paper
    above = form.authority if form else None
    own = _fill(form.organisation if form else "", report.unit)
    if report.unit is None:
        default = paper.authority if report.level is ReportLevel.DEPARTMENT else ""
        return default if above is None else above, own or us.organisation or us.name
    if report.unit.site is not None:
        return _fill(above or "", report.unit), report.unit.name
    return "", own or report.unit.name


def _find_place(report: ProgrammeReport, province: Province) -> str:
    if report.unit is not None:
        return report.unit.commune.name
    return province.settings.paper.place or province.settings.province.name


def _tell_day(day: date, language: Language) -> str:
    return format_written_day(day, language)


def _fill(text: str, unit: ReportUnit | None) -> str:
    """Return a text of the settings with the commune that a unit's report is about."""
    if unit is None:
        return text
    return text.replace("{unit}", unit.commune.full_name)
