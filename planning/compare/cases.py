"""Plans a month of some facts with one seed, within a budget where there is one."""

import dataclasses
from dataclasses import dataclass

from planning.compare.measures import PlanOutcome, measure_plan
from planning.joint.month import plan_month, survey_after
from planning.plan import Plan
from planning.survey import Survey
from province.amounts import write_smallest
from province.dates import Month
from province.errors import InfeasibleError
from province.facts import Province
from province.language import message
from province.past import Past
from rotation.problem import Stay
from routing.trips import Trip

MOST_DOUBLED = 6
"""How often money is made to count twice as much, until a month keeps its budget."""

HALVED = 3
"""How often the step between too dear and cheap enough is halved then."""

MONEY_WISHES = (
    "unserved_vnd_per_priority", "uneven_crews_vnd_per_day", "uneven_communes_vnd_per_visit",
    "missed_preferred_vnd_per_visit", "missed_wish_vnd_per_point", "ride_along_vnd_per_visit",
)  # fmt: skip
"""Settings of `[costs]` that say what a wish may cost."""

MOST_USES = 1_000_000.0
"""The most that `rotation.uses_per_million` may be."""


@dataclass(frozen=True, slots=True)
class MonthCase:
    """A month of some facts, to be planned with several seeds.

    Parameters
    ----------
    past, standing_trips, last_stays
        As for `planning.joint.month.plan_month`.
    budget_vnd
        What its trips may cost at most; None: anything.
    """

    province: Province
    month: Month
    past: Past
    standing_trips: tuple[Trip, ...] = ()
    last_stays: tuple[Stay, ...] = ()
    work: float = 1.0
    budget_vnd: int | None = None


class CasePlanner:
    """Plans one case again and again; its roads are measured once."""

    def __init__(self, case: MonthCase) -> None:
        self.case = case
        self._survey = survey_after(case.province, case.month, case.past)

    def plan(self, seed: int, province: Province | None = None) -> Plan:
        """Return the plan of a seed.

        Parameters
        ----------
        province
            Other facts with the same roads; None: those of the case.

        Raises
        ------
        InfeasibleError
            As `plan_month` does.
        KeyboardInterrupt
            If it was cut short: a plan that is half made can be compared with none.
        """
        case = self.case
        facts = case.province if province is None else province
        plan = plan_month(
            facts, case.month, past=case.past, standing_trips=case.standing_trips, seed=seed,
            work=case.work, last_stays=case.last_stays, has_fixes=False,
            survey=self._survey if province is None else self._go_on(province),
        )  # fmt: skip
        if plan.is_cut_short:
            raise KeyboardInterrupt
        if plan.violations:
            raise InfeasibleError(
                message("the plan breaks its own rules and is not compared; please report this"),
                *(violation.sentence for violation in plan.violations),
            )
        return plan

    def _go_on(self, province: Province) -> Survey:
        other = survey_after(province, self.case.month, self.case.past)
        return self._survey.go_on(other.province, self.case.past)

    def try_seed(self, seed: int) -> PlanOutcome:
        """Return what comes of a seed."""
        try:
            plan = self.plan(seed) if self.case.budget_vnd is None else self._keep_budget(seed)
        except InfeasibleError as error:
            return PlanOutcome(seed, failed=error.reasons)
        return measure_plan(plan, self.case.province, seed)

    def _keep_budget(self, seed: int) -> Plan:
        """Return a plan within the budget: money counts as much more as that needs, no more.

        How much it counts is doubled until a plan keeps the budget, and then halved back; the plan
        of the least that does is taken.
        """
        budget_vnd = self.case.budget_vnd or 0
        currency = self.case.province.settings.province.currency
        plan = self.plan(seed)
        if plan.totals.cost_vnd <= budget_vnd:
            return plan
        cheapest_vnd, low, best = plan.totals.cost_vnd, 0.0, None
        high = 0.0
        for doubled in range(1, MOST_DOUBLED + 1):
            found = self._plan_thriftily(seed, float(doubled))
            if found is None:
                break
            cheapest_vnd = min(cheapest_vnd, found.totals.cost_vnd)
            if found.totals.cost_vnd <= budget_vnd:
                best, high = found, float(doubled)
                break
            low = float(doubled)
        if best is None:
            raise InfeasibleError(
                message("no plan was found that keeps the budget; the cheapest costs {cost}",
                        cost=write_smallest(cheapest_vnd, currency))
            )  # fmt: skip
        for _ in range(HALVED):
            middle = (low + high) / 2
            found = self._plan_thriftily(seed, middle)
            if found is not None and found.totals.cost_vnd <= budget_vnd:
                best, high = found, middle
            else:
                low = middle
        return best

    def _plan_thriftily(self, seed: int, doubled: float) -> Plan | None:
        """Return the plan in which money counts 2 to the power of `doubled` times as much.

        None where no visit at all is worth it then.
        """
        try:
            return self.plan(seed, count_money_more(self.case.province, 2.0**doubled))
        except InfeasibleError:
            return None


def count_money_more(province: Province, times: float) -> Province:
    """Return the facts in which every amount of money counts so many times as much beside wishes.

    Prices stay; what wishes may cost falls, and what a million must bring in uses rises.
    """
    settings = province.settings
    costs = {name: round(getattr(settings.costs, name) / times) for name in MONEY_WISHES}
    uses = min(MOST_USES, settings.rotation.uses_per_million * times)
    changed = settings.model_copy(
        update={
            "costs": settings.costs.model_copy(update=costs),
            "rotation": settings.rotation.model_copy(update={"uses_per_million": uses}),
        }
    )
    return dataclasses.replace(province, settings=changed)
