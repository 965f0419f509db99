"""Writes a report into a folder: paper, workbook, page and reminders, or none of them."""

from pathlib import Path

from exports.document_folder import put_files, refuse_files
from exports.reporting.reminders import draw_reminders, list_owed
from exports.reporting.report_docx import draw_docx
from exports.reporting.report_page import draw_page
from exports.reporting.report_text import tell_report
from exports.reporting.report_xlsx import draw_xlsx
from exports.text.plain import name_files
from programme.reporting.parts import ProgrammeReport
from province.facts import Province
from province.language import Language, message


def write_report(
    report: ProgrammeReport, province: Province, folder: Path, *, language: Language,
    overwrite: bool,
) -> tuple[Path, ...]:  # fmt: skip
    """Write the files; return their paths.

    Raises
    ------
    InputError
        If one is there already and `overwrite` is False.
    """
    name = _name_report(report)
    names = [f"{name}.{kind}" for kind in ("docx", "xlsx", "html", "ics")]
    refuse_files(
        folder, names, overwrite=overwrite, expected=message("a folder without such a report")
    )
    told = tell_report(report, province, language)
    contents = [
        draw_docx(told, report.on, language),
        draw_xlsx(told, province, report.on, language),
        draw_page(told, language),
    ]
    owed = list_owed(report, province)
    if owed:
        contents.append(draw_reminders(owed, report, province, language))
    return put_files(folder, dict(zip(names, contents, strict=False)))


def _name_report(report: ProgrammeReport) -> str:
    """Return the name of a report's files without ending, like report-2026-unit-03646."""
    parts = ["report", report.period.code, report.level.value]
    if report.unit is not None:
        parts.append(name_files([report.unit.key])[report.unit.key])
    return "-".join(parts)
