"""The rollout as numbers: places, years, limits; the independent count of what a choice is worth.

A place is a commune with a site that can hold a library model. In each year its people go to the
model that is best for them; of those who live at it all are reached, of others the fewer the
further it is. This is maximal covering with gradual coverage, over years.

References
----------
Church and ReVelle, *Papers of the Regional Science Association* 32, 1974, 101-118; Berman, Krass
and Drezner, *European Journal of Operational Research* 151, 2003, 474-480 (gradual covering).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from province.ids import CommuneCode, SiteId


@dataclass(frozen=True, slots=True)
class Place:
    """A commune that may get a model.

    Parameters
    ----------
    site_id
        Where its model would be.
    people
        Inhabitants.
    options
        Places whose model its people would go to, by number, with those who would, each counted
        with the commune's weight and rounded; the larger number before the smaller.
    minutes
        Minutes by road from the nearest depot.
    trainees
        People who must be trained before its model begins.
    cost_vnd, training_vnd
        What its model costs, and the training.
    since
        The first year at whose end its model is there for certain: it is there already, or the
        planner wants it then; None: open.
    not_before
        The first year in which it may begin where `since` is open.
    """

    code: CommuneCode
    site_id: SiteId
    people: int
    options: tuple[tuple[int, int], ...]
    minutes: float
    trainees: int
    cost_vnd: float
    training_vnd: float
    since: int | None
    not_before: int


@dataclass(frozen=True, slots=True)
class Purse:
    """Money that may be spent in some years on models, on training, or on both."""

    name: str
    amount_vnd: float
    first_year: int
    last_year: int
    is_for_models: bool
    is_for_training: bool


@dataclass(frozen=True)
class RolloutProblem:
    """What the rollout chooses among.

    Parameters
    ----------
    years
        Years that are planned, one after the other.
    places
        By commune code.
    begun
        Places whose model is there before the first year, by number.
    needed
        Models that a goal asks for by the end of a year.
    most_models
        Models that can begin in each year; None: any.
    seats
        People that can be trained in each year; None: any. Seats of one year that nobody took are
        free for models of later years: training comes before the model.
    purses
        Money there is; None: as much as needed.
    """

    years: tuple[int, ...]
    places: tuple[Place, ...]
    begun: frozenset[int]
    needed: Mapping[int, int]
    most_models: Mapping[int, int] | None
    seats: Mapping[int, int] | None
    purses: tuple[Purse, ...] | None

    @cached_property
    def number_by_code(self) -> dict[CommuneCode, int]:
        """The number of each place."""
        return {place.code: number for number, place in enumerate(self.places)}


Starts = Mapping[int, int]
"""The year in which the model of a place begins, by its number; those that were there are not in
it."""


def list_models(problem: RolloutProblem, starts: Starts, year: int) -> frozenset[int]:
    """Return the places with a model at the end of a year."""
    return problem.begun | {number for number, start in starts.items() if start <= year}


def count_reached(problem: RolloutProblem, models: frozenset[int]) -> int:
    """Return the people, times their weight, who are reached by the models of some places."""
    return sum(count_of_place(place, models) for place in problem.places)


def count_of_place(place: Place, models: frozenset[int]) -> int:
    """Return the people of one place, times weight, who go to one of some models."""
    return next((people for number, people in place.options if number in models), 0)


def value_starts(problem: RolloutProblem, starts: Starts) -> int:
    """Return the people, times weight, reached in each year, summed over the years."""
    return sum(count_reached(problem, list_models(problem, starts, year)) for year in problem.years)


def count_short(problem: RolloutProblem, starts: Starts) -> int:
    """Return how many models are missing at the ends of years with a goal, summed."""
    return sum(
        max(0, needed - len(list_models(problem, starts, year)))
        for year, needed in problem.needed.items()
    )
