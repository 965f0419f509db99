"""The table of the communes, one by one: what their own reports would tell of each."""

import dataclasses

from programme.measure import Scope
from programme.reporting.library_sections import (
    make_form_section,
    make_model_section,
    make_reader_section,
)
from programme.reporting.parts import (
    ReportCell,
    ReportLevel,
    ReportLine,
    ReportSection,
    ReportUnit,
    Traced,
)
from programme.reporting.people_sections import make_staff_section
from programme.reporting.question import ReportQuestion
from programme.reporting.work_sections import make_visit_section
from province.language import Message, message
from province.places import Commune

COLUMNS: dict[str, Message] = {
    "forms.circulation.times": message("Rotation"),
    "forms.mobile.times": message("Mobile"),
    "forms.online.times": message("Online"),
    "forms.promotion.times": message("Promotion"),
    "models.working.all": message("Models"),
    "staff.people": message("Workers"),
    "staff.trained": message("Trained"),
    "visits.made": message("Visits"),
    "readers.people.now": message("People"),
    "readers.uses.now": message("Uses"),
}
"""The number of a commune's own report in each column, and what people read for it."""

MAKERS = (
    make_form_section, make_model_section, make_staff_section, make_visit_section,
    make_reader_section,
)  # fmt: skip
"""The sections that these numbers stand in."""


def make_commune_section(question: ReportQuestion) -> ReportSection:
    """Return the section with a line for each commune; a number without any row is left open."""
    communes = question.yardstick.communes[Scope.ALL]
    return ReportSection(
        id="communes",
        title=message("Commune by commune"),
        columns=tuple(COLUMNS.values()),
        lines=tuple(
            ReportLine(message("{name}", name=one.full_name), _list_cells(question, one))
            for one in communes
        ),
        notes=(
            message(
                "Times that each form took place, models at work, staff and those of them trained,"
                " visits made, people at activities, uses of books: as the commune's own report"
                " counts them. An empty cell: no row tells of any."
            ),
        ),
    )


def _list_cells(question: ReportQuestion, commune: Commune) -> tuple[ReportCell | None, ...]:
    """Return the numbers of a commune's own report, by column."""
    own = dataclasses.replace(question, level=ReportLevel.UNIT, unit=ReportUnit(commune))
    cells = {cell.key: cell for make in MAKERS for cell in make(own).cells}
    return tuple(_take_over(cells.get(key), commune) for key in COLUMNS)


def _take_over(cell: ReportCell | None, commune: Commune) -> Traced | None:
    """Return a number under the commune's name; None where nothing was counted."""
    if not isinstance(cell, Traced) or not cell.figure.parts:
        return None
    return dataclasses.replace(cell, key=f"communes.{commune.code}.{cell.key}")
