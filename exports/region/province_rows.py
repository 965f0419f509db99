"""A region's month in figures, a row for each province."""

from dataclasses import dataclass

from planning.plan import Totals
from programme.standing import list_standings
from province.dates import Month
from province.language import Message
from region.months import ProvinceMonth


@dataclass(frozen=True, slots=True)
class ModelsRow:
    """Communes with a library model as recorded, and how many the next date asks for."""

    count: int
    needed: int | None
    year: int | None


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    """One province in its region.

    Parameters
    ----------
    totals, currency, unserved, trips_gap, rotation_gap
        Of its plan; None, "" and 0 without one.
    models
        None where the province has no such goal, nobody recorded any, or it cannot be read.
    reasons
        Why there is no plan.
    """

    folder: str
    name: str
    totals: Totals | None
    currency: str
    unserved: int
    trips_gap: float
    rotation_gap: float
    models: ModelsRow | None
    reasons: tuple[Message, ...]


def describe(one: ProvinceMonth, month: Month) -> ProvinceRow:
    """Return the row of a province."""
    plan = one.plan
    return ProvinceRow(
        folder=one.folder.name,
        name=one.name,
        totals=plan.totals if plan else None,
        currency=one.province.settings.province.currency if one.province else "",
        unserved=len(plan.trips.unserved) if plan else 0,
        trips_gap=plan.trips.gap if plan else 0.0,
        rotation_gap=plan.rotation.gap if plan else 0.0,
        models=_count_models(one, month),
        reasons=one.reasons,
    )


def _count_models(one: ProvinceMonth, month: Month) -> ModelsRow | None:
    standings = list_standings(one.province, month.first_day) if one.province else ()
    for standing in standings:
        if standing.goal.counts == "models" and standing.is_recorded:
            stones = standing.milestones
            needed, year = (stones[0].needed, stones[0].year) if stones else (None, None)
            return ModelsRow(standing.measure.value.count, needed, year)
    return None
