"""What the plan before announced for a month and after, and what a new plan makes of it."""

from pathlib import Path

from planning.find_plan import list_plans
from planning.plan import BrokenPromise, Promises
from planning.plan_file import read_plan
from province.dates import Month
from province.facts import Province
from province.language import Message, message
from province.past import NO_PAST, Past
from rotation.problem import Stay


def read_promises(
    folder: Path, province: Province, month: Month, past: Past = NO_PAST
) -> tuple[Stay, ...]:
    """Return the stays of the last plan before a month that reach into it or come after.

    Batches and libraries that are gone since are left out, and where results of the month itself
    are recorded, its own stays.

    Raises
    ------
    InputError
        As `planning.plan_file.read_plan` does; `planning.past.read.read_past` tells all plans.
    """
    earlier = [path for when, path in list_plans(folder) if when < month]
    if not earlier:
        return ()
    first = month if past.first_day is None else month.plus(1)
    return list_promises(read_plan(earlier[-1]).rotation.stays, province, month, first)


def list_promises(
    stays: tuple[Stay, ...], province: Province, month: Month, first: Month
) -> tuple[Stay, ...]:
    """Return the stays of a plan that reach into a month or begin in a `first` one or later."""
    return tuple(
        stay
        for stay in stays
        if (stay.first_month >= first or stay.first_month < month)
        and stay.first_month.plus(stay.months) >= month
        and stay.batch_id in province.batch_by_id
        and stay.site_id in province.site_by_id
    )


def weigh_promises(last_stays: tuple[Stay, ...], month: Month, stays: tuple[Stay, ...]) -> Promises:
    """Return which of the stays announced are planned still, and what comes instead of others.

    Parameters
    ----------
    last_stays
        Stays of the plan before (`read_promises`); those that begin in `month` or later count.
    stays
        Those of the new plan.
    """
    promised = tuple(stay for stay in last_stays if stay.first_month >= month)
    planned = {(stay.batch_id, stay.site_id, stay.first_month) for stay in stays}
    return Promises(
        len(promised),
        tuple(
            BrokenPromise(stay.batch_id, stay.site_id, stay.first_month, _say(stay, stays))
            for stay in promised
            if (stay.batch_id, stay.site_id, stay.first_month) not in planned
        ),
    )


def _say(lost: Stay, stays: tuple[Stay, ...]) -> Message:
    """Return what comes to the library instead of a batch announced, and where the batch goes."""
    others = sorted(
        stay.batch_id
        for stay in stays
        if (stay.site_id, stay.first_month) == (lost.site_id, lost.first_month)
    )
    if others:
        return message("{batches} comes instead", batches=", ".join(others))
    again = [
        stay.first_month
        for stay in stays
        if (stay.batch_id, stay.site_id) == (lost.batch_id, lost.site_id)
        and stay.first_month > lost.first_month
    ]
    if again:
        return message("it comes in {month}", month=str(min(again)))
    elsewhere = [
        stay.site_id
        for stay in stays
        if (stay.batch_id, stay.first_month) == (lost.batch_id, lost.first_month)
    ]
    if elsewhere:
        return message("it goes to {site}, and nothing comes then", site=str(elsewhere[0]))
    return message("nothing comes then")
