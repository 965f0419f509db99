"""Sites that leave during a month and whose batches are fetched only after that."""

from planning.plan import Plan
from province.facts import Province
from province.ids import SiteId


def list_late(plan: Plan, province: Province) -> frozenset[SiteId]:
    """Return the sites whose batches can only be fetched after they have left."""
    left = {
        site.site_id: site.enrolled_until
        for site in province.sites
        if site.enrolled_until is not None and site.enrolled_until < plan.month.last_day
    }
    return frozenset(
        visit.receiver_id
        for visit in plan.visits
        if visit.takes and not visit.leaves and (last := left.get(visit.receiver_id)) is not None
        if any(window.day > last for window in visit.windows)
    )
