"""What the checkers of trips look at."""

from collections.abc import Iterator
from dataclasses import dataclass

from province.facts import Province
from province.language import Message
from routing.problem import TripProblem
from routing.trips import TripPlan

Found = Iterator[tuple[str, str, Message]]
"""Broken rules: name, where, what."""


@dataclass(frozen=True, slots=True)
class TripCase:
    """A month of trips that is checked, and what it must fit.

    Parameters
    ----------
    province
        The facts, for checks of the roads; None: only what needs no roads is checked.
    """

    problem: TripProblem
    plan: TripPlan
    province: Province | None = None
