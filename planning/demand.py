"""The expected uses of each library, as rows to show."""

from typing import Any

from planning.survey import survey_province
from province.dates import Month
from province.facts import Province
from province.language import mark
from rotation.demand import Demand, estimate_demand

SURE = 0.9
"""Share of the posterior between the two ends shown."""


def estimate_now(province: Province, month: Month) -> Demand:
    """Return the demand of a month, with the access that its roads give."""
    survey = survey_province(province, month)
    return estimate_demand(province, (month,), access_min=survey.access_min)


def tabulate_demand(province: Province, month: Month) -> list[dict[str, Any]]:
    """Return a row per library and category: what was seen, what is expected."""
    demand = estimate_now(province, month)
    sites = province.site_by_id
    expected = demand.by_month[:, 0]
    low, high = demand.interval(SURE)
    rows = []
    for p, site_id in enumerate(demand.sites):
        for c, category in enumerate(demand.categories):
            rows.append(
                {
                    mark("site"): site_id,
                    mark("site name"): sites[site_id].name,
                    mark("category"): category,
                    mark("prior uses a month"): round(float(demand.prior[p, c]), 2),
                    mark("uses seen"): int(demand.seen_uses[p, c]),
                    mark("months seen"): round(float(demand.seen_months[p, c]), 1),
                    mark("corrected by loans"): round(float(demand.posterior[p, c]), 2),
                    mark("90 % surely from"): round(float(low[p, c]), 2),
                    mark("90 % surely to"): round(float(high[p, c]), 2),
                    mark("season"): round(float(demand.season[0, c]), 2),
                    mark("asked for"): round(float(demand.requested[p, 0, c]), 2),
                    mark("expected uses"): round(float(expected[p, c]), 2),
                }
            )
    return rows
