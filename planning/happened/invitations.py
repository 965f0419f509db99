"""Writes invitations, and who came, into the tables of a province folder."""

from collections.abc import Callable
from pathlib import Path

from planning.happened.happening import make_id
from planning.write_facts import write_edits
from programme.training.plan import TrainingPlan
from province.changes import Edit, NewRow
from province.facts import Province
from province.files.locks import hold_lock
from province.read import read_province

INVITATIONS = "invitations.csv"


def list_new_rows(province: Province, plan: TrainingPlan) -> tuple[Edit, ...]:
    """Return the rows of `invitations.csv` that a training plan adds, by meeting and staff."""
    known = [str(one.invitation_id) for one in province.programme.invitations]
    edits: list[Edit] = []
    for meeting in plan.meetings:
        for group in meeting.groups:
            known.append(make_id(known, "I"))
            cells = (
                ("invitation_id", known[-1]),
                ("course_id", str(meeting.occurrence.course.course_id)),
                ("date", meeting.occurrence.first.isoformat()),
                ("staff_id", str(group.staff_id)),
                ("people", str(group.people)),
            )
            edits.append(NewRow(INVITATIONS, known[-1], cells))
    return tuple(edits)


def change_tables(folder: Path, decide: Callable[[Province], tuple[Edit, ...]]) -> Province:
    """Write changes of some tables, and return the facts as they are then.

    Parameters
    ----------
    decide
        Makes the changes from the facts; raises InputError for what cannot be.

    Raises
    ------
    InputError
        With every fault of the folder, before the changes or after them; nothing is written then.
    BusyError
        If another program is writing to the folder, or has a table open.
    """
    with hold_lock(folder):
        province = read_province(folder)
        edits = decide(province)
        return write_edits(folder, edits)[1] if edits else province
