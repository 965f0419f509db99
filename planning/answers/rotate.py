"""Plans the rotation alone, and shows its stays as rows."""

from typing import Any

from planning.joint.feasible import check_batches_suffice
from planning.past.read import count_as_done
from planning.survey import survey_province
from province.dates import Month
from province.facts import Province
from province.language import mark
from province.past import NO_PAST, Past
from province.progress import Progress, ignore_progress
from rotation.problem import RotationPlan
from rotation.solve.solve import find_rotation


def plan_rotation(
    province: Province,
    month: Month,
    *,
    past: Past = NO_PAST,
    seed: int = 0,
    work: float = 1.0,
    progress: Progress = ignore_progress,
) -> RotationPlan:
    """Return the rotation over the horizon that begins with a month, after what is past."""
    province = count_as_done(province, past)
    check_batches_suffice(province, month)
    survey = survey_province(province, month, past=past)
    problem = survey.pose_rotation(survey.reach)
    return find_rotation(problem, seed=seed, work=work, progress=progress)[0]


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
