"""Reading promotion at each library: its share of all that took place, against what goals ask."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from programme.evidence import Evidence, twelve_months
from programme.figure import Figure, count_things
from programme.measure import Scope, Yardstick
from province.facts import Province
from province.ids import SiteId
from province.programme_facts import Form


@dataclass(frozen=True, slots=True)
class SitePromotion:
    """What took place at a library in twelve months, and how much of it was promotion.

    Parameters
    ----------
    asked
        How often a goal asks for promotion in twelve months; 0 where none does.
    """

    site_id: SiteId
    activities: Figure
    promotion: Figure
    asked: int

    @property
    def pct(self) -> float | None:
        """The share of promotion in per cent; None where nothing took place."""
        whole = self.activities.count
        return 100 * self.promotion.count / whole if whole else None

    @property
    def missing(self) -> int:
        """How often it lacks."""
        return max(0, self.asked - self.promotion.count)


def list_promotion(province: Province, on: date) -> tuple[SitePromotion, ...]:
    """Return the libraries of the grassroots, those that lack most first, then by id.

    Parameters
    ----------
    on
        The last of the twelve months' days.
    """
    yardstick, span = Yardstick.of(province), twelve_months(on)
    seen: defaultdict[SiteId, list[Evidence]] = defaultdict(list)
    for one in yardstick.evidence:
        if one.day in span:
            seen[one.site_id].append(one)
    goals = [goal for goal in province.settings.goals if goal.counts == "libraries"]
    asked = max((goal.times for goal in goals if Form.PROMOTION in goal.forms), default=0)
    found = [
        SitePromotion(
            site.site_id,
            _count(seen[site.site_id]),
            _count((o for o in seen[site.site_id] if Form.PROMOTION in o.forms), Form.PROMOTION),
            asked,
        )
        for site in yardstick.list_libraries(Scope.ALL)
    ]
    return tuple(sorted(found, key=lambda one: (-one.missing, one.site_id)))


def _count(evidence: Iterable[Evidence], *forms: Form) -> Figure:
    """Return how many activities they are, in some forms or as they are."""
    return count_things(
        (f"{one.row.key}.{one.form.value}", one.list_rows(*forms)) for one in evidence
    )
