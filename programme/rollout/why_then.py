"""Why a commune gets its model when it does, and why others get none."""

from collections.abc import Iterator

from programme.rollout.problem import (
    Purse,
    RolloutProblem,
    Starts,
    count_reached,
    list_models,
)
from province.language import Message, join_words, message


def explain_place(problem: RolloutProblem, starts: Starts, number: int) -> Message:
    """Return why a place begins in its year, or in none."""
    place, start = problem.places[number], starts.get(number)
    if number in problem.begun:
        return message("it is there already")
    if start is not None and place.since == start:
        return message("the planner wants it then")
    if place.not_before > problem.years[-1]:
        return message("the planner wants none here")
    last = problem.years[-1] if start is None else start
    people = count_more(problem, starts, number, last)
    before = last if start is None else start - 1
    limits = list(list_full(problem, starts, number, before)) if before in problem.years else []
    if start is None:
        return message(
            "no year has room for it ({limits}); it would reach {people} more",
            limits=join_words(limits) if limits else message("others reach more"),
            people=people,
        )
    if not limits:
        return message("it reaches {people} more people, counted with their weight", people=people)
    return message(
        "it reaches {people} more people, counted with their weight; the year before there was no"
        " room: {limits}",
        people=people,
        limits=join_words(limits),
    )


def count_more(problem: RolloutProblem, starts: Starts, number: int, year: int) -> int:
    """Return the people whom the model of one place reaches beside all others of that year."""
    models = list_models(problem, starts, year)
    with_it, without = models | {number}, models - {number}
    return count_reached(problem, with_it) - count_reached(problem, without)


def list_full(problem: RolloutProblem, starts: Starts, number: int, year: int) -> Iterator[Message]:
    """Yield which limits leave no room for one model more of a place in a year."""
    place = problem.places[number]
    own = [k for k, start in starts.items() if start == year]
    if problem.most_models is not None and len(own) >= problem.most_models[year]:
        yield message("{count} models begin in {year}, as many as can", count=len(own), year=year)
    if problem.seats is not None:
        seats = sum(problem.seats[y] for y in problem.years if y <= year)
        trained = sum(problem.places[k].trainees for k, start in starts.items() if start <= year)
        if trained + place.trainees > seats:
            yield message("nobody more can be trained until the end of {year}", year=year)
    cost = place.cost_vnd + place.training_vnd
    if problem.purses is not None and _left(problem, problem.purses, starts, year) < cost:
        yield message("the money until the end of {year} is spent", year=year)


def _left(problem: RolloutProblem, purses: tuple[Purse, ...], starts: Starts, year: int) -> float:
    """Return what is left at most of the purses that are open by the end of a year."""
    there = sum(purse.amount_vnd for purse in purses if purse.first_year <= year)
    spent = sum(
        problem.places[k].cost_vnd + problem.places[k].training_vnd
        for k, start in starts.items()
        if start <= year
    )
    return there - spent
