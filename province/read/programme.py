"""Makes the facts of the programme of checked rows."""

from collections.abc import Mapping

from province.findings import Findings
from province.programme_facts import (
    Activity,
    Course,
    Expense,
    Fund,
    Invitation,
    LibraryModel,
    Partner,
    ProgrammeFacts,
    Remedy,
    Staff,
    UnitReport,
)
from province.read.build import Lines, build_facts, check_order, check_rule


def build_programme(lines: Mapping[str, Lines], findings: Findings) -> ProgrammeFacts:
    """Return the tables of the programme, each sorted by id.

    Parameters
    ----------
    lines
        The checked rows of every table, by its name.
    """
    for file, first, last in ORDERED:
        for line, row, _ in lines[file]:
            check_order(row, first, last, findings.at(file, line))
    for line, row, _ in lines["courses.csv"]:
        check_rule(row.rule, row.start_date, findings.at("courses.csv", line, "rule"))
    return ProgrammeFacts(
        models=build_facts(LibraryModel, lines["models.csv"], "model_id"),
        activities=build_facts(Activity, lines["activities.csv"], "activity_id"),
        staff=build_facts(Staff, lines["staff.csv"], "staff_id"),
        courses=build_facts(Course, lines["courses.csv"], "course_id"),
        invitations=build_facts(Invitation, lines["invitations.csv"], "invitation_id"),
        partners=build_facts(Partner, lines["partners.csv"], "partner_id"),
        funds=build_facts(Fund, lines["funds.csv"], "fund_id"),
        expenses=build_facts(Expense, lines["expenses.csv"], "expense_id"),
        unit_reports=build_facts(UnitReport, lines["unit_reports.csv"], "entry_id"),
        remedies=build_facts(Remedy, lines["remedies.csv"], "remedy_id"),
    )


ORDERED = (
    ("models.csv", "established", "closed"),
    ("staff.csv", "from_date", "until"),
    ("courses.csv", "start_date", "until"),
    ("partners.csv", "from_date", "until"),
    ("funds.csv", "from_date", "until"),
    ("remedies.csv", "date", "done_date"),
)
"""Tables with two days that must be in order."""
