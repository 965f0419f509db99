"""The rollout of a province: year by year, commune by commune, with bound, costs and reasons."""

from collections.abc import Mapping
from dataclasses import dataclass

from programme.rollout.check_limits import list_broken
from programme.rollout.problem import (
    RolloutProblem,
    Starts,
    count_reached,
    list_models,
)
from programme.rollout.search import Found, search_rollout
from programme.rollout.why_then import count_more, explain_place
from province.errors import InfeasibleError
from province.ids import CommuneCode, SiteId
from province.language import Message, message
from province.progress import Progress, ignore_progress


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """A commune and the year in which its model begins: None, never within the years planned.

    Parameters
    ----------
    site_id
        Where it would be.
    people
        Inhabitants of the commune.
    more
        People, times weight, whom this model reaches beside all others of its year.
    minutes
        By road from the nearest depot; infinite where no road leads there.
    """

    code: CommuneCode
    site_id: SiteId
    year: int | None
    is_there: bool
    people: int
    more: int
    minutes: float
    why: Message


@dataclass(frozen=True, slots=True)
class RolloutYear:
    """One year of the rollout.

    Parameters
    ----------
    begun
        Communes whose models begin, by code.
    models, needed
        Models at its end, and what goals ask for then (None: nothing).
    reached
        People, times weight, reached at its end.
    trainees
        People to be trained for the models that begin.
    cost_vnd
        Money for its models and the training.
    """

    year: int
    begun: tuple[CommuneCode, ...]
    models: int
    needed: int | None
    reached: int
    trainees: int
    cost_vnd: float


@dataclass(frozen=True, slots=True)
class Rollout:
    """Which communes get a model in which year.

    Parameters
    ----------
    value, bound, gap
        People, times weight, reached in each year, summed; the most there can be with so few models
        missing; how far apart they are, as a share.
    short, least_short
        Models missing at the ends of years with a goal, summed, and the fewest there can be.
    """

    years: tuple[RolloutYear, ...]
    models: tuple[PlannedModel, ...]
    value: int
    bound: int
    gap: float
    short: int
    least_short: int


def plan_rollout(
    problem: RolloutProblem,
    *,
    seed: int = 0,
    work: float = 1.0,
    progress: Progress = ignore_progress,
) -> Rollout:
    """Return the best rollout that is found; it is checked before it is handed out.

    Raises
    ------
    InfeasibleError
        If what the planner pinned cannot be kept.
    """
    found = search_rollout(problem, seed=seed, work=work, progress=progress)
    if found is None:
        raise InfeasibleError(message("the models that are announced or pinned are too many"))
    broken = list(list_broken(problem, found.starts))
    if broken:
        raise AssertionError(f"the rollout breaks limits: {broken}")
    return _tell(problem, found)


def _tell(problem: RolloutProblem, found: Found) -> Rollout:
    starts = found.starts
    models = tuple(
        PlannedModel(
            code=place.code,
            site_id=place.site_id,
            year=starts.get(number),
            is_there=number in problem.begun,
            people=place.people,
            more=count_more(problem, starts, number, starts.get(number, problem.years[-1])),
            minutes=place.minutes,
            why=explain_place(problem, starts, number),
        )
        for number, place in enumerate(problem.places)
    )
    return Rollout(
        years=tuple(_sum_year(problem, starts, year, problem.needed) for year in problem.years),
        models=models,
        value=found.value,
        bound=found.bound,
        gap=found.gap,
        short=found.short,
        least_short=found.least_short,
    )


def _sum_year(
    problem: RolloutProblem, starts: Starts, year: int, needed: Mapping[int, int]
) -> RolloutYear:
    own = [place for k, place in enumerate(problem.places) if starts.get(k) == year]
    models = list_models(problem, starts, year)
    return RolloutYear(
        year=year,
        begun=tuple(place.code for place in own),
        models=len(models),
        needed=needed.get(year),
        reached=count_reached(problem, models),
        trainees=sum(place.trainees for place in own),
        cost_vnd=sum(place.cost_vnd + place.training_vnd for place in own),
    )
