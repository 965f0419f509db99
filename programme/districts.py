"""How the districts stood to the goals while there were any: communes of today, by old units."""

import dataclasses
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from programme.measure import GoalQuestion, Measure, Yardstick
from programme.standing import is_recorded, list_goals, list_scopes
from province.facts import Province
from province.ids import CommuneCode
from province.old_units import list_existing
from province.places import Commune
from province.programme_settings import GoalSettings


@dataclass(frozen=True, slots=True)
class District:
    """A district as it was on a day.

    Parameters
    ----------
    name
        Without its kind; "" for the communes of which no table says where they lay.
    communes
        The communes of today of which more old units lay in it than in any other, by code.
    shared
        Those of them of which an old unit lay in another.
    """

    name: str
    communes: tuple[Commune, ...]
    shared: tuple[Commune, ...]


@dataclass(frozen=True, slots=True)
class DistrictStanding:
    """Where a district stands to a goal, among the communes that the province counts."""

    district: District
    goal: GoalSettings
    measure: Measure
    is_recorded: bool


def list_districts(province: Province, on: date) -> tuple[District, ...]:
    """Return the districts of a day by name, each commune in one of them; none once they are over.

    A commune made of units of several districts counts where most of them lay, of equals the first
    by name.
    """
    units: defaultdict[CommuneCode, Counter[str]] = defaultdict(Counter)
    for unit in list_existing(province.old_units, on):
        if unit.commune_code is not None and unit.district:
            units[unit.commune_code][unit.district] += 1
    if not units:
        return ()
    members: defaultdict[str, list[Commune]] = defaultdict(list)
    for commune in province.communes:
        lay = units[commune.code]
        members[min(lay, key=lambda name: (-lay[name], name), default="")].append(commune)
    return tuple(
        District(name, tuple(own), tuple(one for one in own if len(units[one.code]) > 1))
        for name, own in sorted(members.items())
    )


def find_end(province: Province) -> date | None:
    """Return the last day on which there was a district; None where no table names any."""
    return max((unit.until for unit in province.old_units if unit.district), default=None)


def list_district_standings(province: Province, on: date) -> tuple[DistrictStanding, ...]:
    """Return where each district of a day stands to each goal, by district and goal."""
    scope, goals = list_scopes(province)[0], list_goals(province)
    found = []
    for district in list_districts(province, on):
        part = Yardstick.of(dataclasses.replace(province, communes=district.communes))
        for goal in goals:
            question = GoalQuestion(part, goal, scope, on)
            found.append(
                DistrictStanding(district, goal, question.measure(), is_recorded(question))
            )
    return tuple(found)
