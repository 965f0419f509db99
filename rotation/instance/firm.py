"""Promises that are hard: what last month's plan announced for the months that are firm."""

from dataclasses import replace

from rotation.instance.allowed import list_allowed_stays, measure_seen_share
from rotation.problem import RotationProblem, read_stays


def pin_firm(problem: RotationProblem) -> RotationProblem:
    """Return a problem in which stays announced for its first `firm_months` are pinned.

    Each batch stands where it was announced in the month in which it was to come. What no rule
    allows any more (a road is shut, a batch is in repair) is not pinned, nor is a batch that the
    province has pinned elsewhere.
    """
    firm = problem.rules.firm_months
    announced = [stay for stay in read_stays(problem, problem.last_stays) if 0 <= stay.first < firm]
    if not announced:
        return problem
    allowed = list_allowed_stays(problem, 1.0 - measure_seen_share(problem))
    pinned = {(b, t) for b, _, t in problem.pins}
    pins = {
        (stay.batch, stay.library, stay.first)
        for stay in announced
        if allowed[stay.batch, stay.library, stay.first].any()
        and (stay.batch, stay.first) not in pinned
    }
    return replace(problem, pins=problem.pins | pins)
