"""The last column of tables of a plan whose broken rules were accepted: `overruled`."""

from planning.plan import Plan

HEADING = "overruled"


def mark_headings(plan: Plan) -> tuple[str, ...]:
    """Return the heading of the column, or nothing where no rule was overruled."""
    return (HEADING,) if plan.overruled else ()


def mark_cells(plan: Plan) -> tuple[int, ...]:
    """Return what each row has in it: how many rules the plan breaks."""
    return (len({one.rule for one in plan.overruled}),) if plan.overruled else ()
