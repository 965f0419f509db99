"""The same month with more slack: longer buffers on the legs, or days at its end kept free."""

import dataclasses
from datetime import timedelta

from planning.replan.pose_rest import announce
from planning.replan.replan import take_up
from planning.replan.rest import find_rest
from planning.simulate.react import Given
from province.dates import DateSpan
from province.facts import Province
from province.progress import Progress, ignore_progress
from routing.solver.solve import plan_trips


def add_slack(
    given: Given,
    *,
    buffer_min: int | None = None,
    spare_days: int = 0,
    seed: int = 0,
    work: float = 1.0,
    progress: Progress = ignore_progress,
) -> Given:
    """Return the same month planned with more slack, and the facts by which it is then lived.

    Parameters
    ----------
    buffer_min
        Minutes added to each leg; None: as the settings have it.
    spare_days
        Days at the end of the month for which no trip is planned, so that there is room for what
        was lost before.

    Raises
    ------
    InfeasibleError
        If a trip that stands cannot go on.
    """
    province = given.province if buffer_min is None else _set_buffer(given.province, buffer_min)
    plans = (*given.earlier, given.plan)
    kept_free = _keep_free(province, given, spare_days)
    rest = find_rest(kept_free, plans, given.plan, given.start)
    problem = announce(rest, kept_free, given.start, "all")
    trips = plan_trips(
        problem, seed=seed, work=work, start=rest.open_trips, is_draft=True, progress=progress
    )
    plan = take_up(given.plan, rest, trips, given.start)
    return dataclasses.replace(given, province=province, plan=plan)


def _set_buffer(province: Province, buffer_min: int) -> Province:
    trips = province.settings.trips.model_copy(update={"leg_buffer_min": buffer_min})
    settings = province.settings.model_copy(update={"trips": trips})
    return dataclasses.replace(province, settings=settings)


def _keep_free(province: Province, given: Given, spare_days: int) -> Province:
    """Return the facts with every crew off on the last days of the month."""
    last = given.plan.month.last_day
    first = max(last - timedelta(days=spare_days - 1), given.start.day)
    if not spare_days:
        return province
    crews = tuple(
        dataclasses.replace(crew, days_off=(*crew.days_off, DateSpan(first, last)))
        for crew in province.crews
    )
    return dataclasses.replace(province, crews=crews)
