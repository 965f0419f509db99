"""The sections of a report in their order, and the report made of them."""

from collections.abc import Callable
from dataclasses import dataclass

from programme.reporting.commune_section import make_commune_section
from programme.reporting.end_sections import make_request_section, make_shortfall_section
from programme.reporting.goal_section import make_goal_section
from programme.reporting.library_sections import (
    make_book_section,
    make_form_section,
    make_model_section,
    make_reader_section,
)
from programme.reporting.parts import ProgrammeReport, ReportLevel, ReportSection
from programme.reporting.people_sections import (
    make_course_section,
    make_event_section,
    make_partner_section,
    make_reporting_section,
    make_staff_section,
)
from programme.reporting.question import ReportQuestion
from programme.reporting.work_sections import (
    make_kit_section,
    make_money_section,
    make_trip_section,
    make_visit_section,
)

ALL = frozenset(ReportLevel)
ABOVE = frozenset({ReportLevel.DEPARTMENT, ReportLevel.PROVINCE})


@dataclass(frozen=True, slots=True)
class DeclaredSection:
    """A section that reports of some levels have; it is left out where it has no line."""

    make: Callable[[ReportQuestion], ReportSection]
    levels: frozenset[ReportLevel] = ALL


SECTIONS = (
    DeclaredSection(make_goal_section, ABOVE),
    DeclaredSection(make_model_section),
    DeclaredSection(make_form_section),
    DeclaredSection(make_staff_section),
    DeclaredSection(make_course_section),
    DeclaredSection(make_reader_section),
    DeclaredSection(make_visit_section),
    DeclaredSection(make_book_section),
    DeclaredSection(make_trip_section, ABOVE),
    DeclaredSection(make_kit_section),
    DeclaredSection(make_event_section),
    DeclaredSection(make_partner_section),
    DeclaredSection(make_money_section, ABOVE),
    DeclaredSection(make_commune_section, ABOVE),
    DeclaredSection(make_reporting_section, frozenset({ReportLevel.DEPARTMENT})),
    DeclaredSection(make_shortfall_section),
    DeclaredSection(make_request_section),
)
"""Every section, in the order of the report; a new one is a function and a line here."""


def make_report(question: ReportQuestion) -> ProgrammeReport:
    """Return the report that is asked for, without the sections that have nothing to say."""
    made = (one.make(question) for one in SECTIONS if question.level in one.levels)
    sections = tuple(section for section in made if section.lines)
    return ProgrammeReport(
        question.level, question.unit, question.period, question.written, sections
    )  # fmt: skip
