"""Writes a row for each run of each plan that was foreseen."""

from exports.tables.table import make_table
from planning.simulate.run import list_planned
from planning.simulate.simulate import Simulation
from province.amounts import write_exactly

HEADINGS = (
    "plan", "run", "planned", "made", "lost", "moved", "shifted", "cost_vnd", "late_min",
    "replanned", "lost_visits", "moved_visits",
)  # fmt: skip


def draw_runs(found: Simulation, currency: str) -> bytes:
    """Return the table: what came of each plan in each run."""
    return make_table(
        HEADINGS,
        [
            (
                one.key, lived.run, planned, planned - len(lived.lost), len(lived.lost),
                len(lived.moved), len(lived.shifted), write_exactly(lived.cost_vnd, currency),
                lived.late_min,
                lived.replanned, " ".join(lived.lost), " ".join(lived.moved),
            )
            for one in found.all
            for planned in [len(list_planned(one.runs.given.plan))]
            for lived in one.runs.lived
        ],
    )  # fmt: skip
