"""What unevenness among crews and among communes counts in the objective of a month.

Crews that can do the same work (depot, vehicles, skills, number of people) should be on the road
for about as many days; visits left out should not all fall on one commune.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from province.fleet import Crew
from routing.problem import TripProblem


@dataclass(frozen=True, slots=True)
class Balance:
    """Who is compared with whom, and what unevenness counts.

    Parameters
    ----------
    alike
        Crews that can do the same work, two or more in each group, by number.
    day_vnd
        Of each day between the busiest and the least busy crew of a group.
    commune_by_job
        The commune of each visit; "" for none.
    visit_vnd
        Of each visit left out in a commune beyond the first.
    """

    alike: tuple[tuple[int, ...], ...]
    day_vnd: int
    commune_by_job: tuple[str, ...]
    visit_vnd: int


def build_balance(problem: TripProblem) -> Balance:
    """Return who is compared with whom in a month."""
    costs = problem.costs
    return Balance(
        group_crews(problem.crews),
        costs.uneven_crews_vnd_per_day,
        tuple(problem.communes.get(visit.receiver_id, "") for visit in problem.visits),
        costs.uneven_communes_vnd_per_visit,
    )


def group_crews(crews: Iterable[Crew]) -> tuple[tuple[int, ...], ...]:
    """Return the numbers of crews that can do the same work, in groups of two or more."""
    groups: dict[object, list[int]] = {}
    for number, crew in enumerate(crews):
        key = (crew.depot_id, crew.members, frozenset(crew.drives), frozenset(crew.skills))
        groups.setdefault(key, []).append(number)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def price_crews(balance: Balance, days_by_crew: Mapping[int, int]) -> int:
    """Return what the spread of days on the road counts; crews not named have none."""
    days = [[days_by_crew.get(crew, 0) for crew in group] for group in balance.alike]
    return balance.day_vnd * sum(max(group) - min(group) for group in days)


def price_communes(balance: Balance, lost: Iterable[int]) -> int:
    """Return what visits left out count besides, where a commune lacks more than one."""
    counts = Counter(balance.commune_by_job[job] for job in lost)
    return balance.visit_vnd * sum(n - 1 for code, n in counts.items() if code)
