"""Plans the rotation alone, and shows its stays as rows."""

from typing import Any

from planning.feasible import check_batches_suffice
from province.dates import Month
from province.facts import Province
from province.language import mark
from province.progress import Progress, ignore_progress
from rotation.build import build_rotation_problem
from rotation.problem import RotationPlan
from rotation.solve import solve_rotation
from routing.reach import estimate_reach, measure_access_min
from routing.roads.travel import build_roads


def plan_rotation(
    province: Province,
    month: Month,
    *,
    seed: int = 0,
    work: float = 1.0,
    progress: Progress = ignore_progress,
) -> RotationPlan:
    """Return the rotation over the horizon that begins with a month."""
    check_batches_suffice(province, month)
    roads = build_roads(province)
    months = tuple(month.plus(k) for k in range(province.settings.rotation.horizon_months))
    reach = estimate_reach(province, months, roads)
    access = measure_access_min(province, roads, month.first_day)
    problem = build_rotation_problem(province, month, reach=reach, access_min=access)
    return solve_rotation(problem, seed=seed, work=work, progress=progress)


def tabulate_stays(province: Province, plan: RotationPlan) -> list[dict[str, Any]]:
    """Return a row per stay, by batch and month."""
    names = {site.site_id: site.name for site in province.sites}
    return [
        {
            mark("batch"): stay.batch_id,
            mark("site"): stay.site_id,
            mark("site name"): names[stay.site_id],
            mark("from month"): str(stay.first_month),
            mark("months"): stay.months,
            mark("expected uses"): round(stay.expected_uses, 1),
        }
        for stay in plan.stays
    ]
