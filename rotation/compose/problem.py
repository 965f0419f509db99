"""The composing problem and its answer: batches made from the stock."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from province.ids import CategoryId, SiteId
from province.settings import ComposeSettings, ServiceSettings
from province.stock import StockTitle

Class = tuple[CategoryId, int]
"""Titles of one category of which the same number of copies may travel."""

Classes = Mapping[Class, list[int]]
Flows = Mapping[tuple[int, Class], int]
"""Copies by kind and class."""


@dataclass(frozen=True, slots=True)
class LibraryKind:
    """Libraries with the same wishes.

    Parameters
    ----------
    sites
        Its libraries, by id.
    batches
        How many batches are composed for it.
    demand
        Uses a month of a mean library of the kind, by category.
    suits
        Categories in a language and for an audience asked for: half of a batch at least.
    """

    sites: tuple[SiteId, ...]
    batches: int
    demand: Mapping[CategoryId, float]
    suits: frozenset[CategoryId]


@dataclass(frozen=True, slots=True)
class ComposeProblem:
    """What composing may know; `half` is ν, the books that reach 63 % of a demand."""

    titles: tuple[StockTitle, ...]
    kinds: tuple[LibraryKind, ...]
    half: float
    rules: ComposeSettings
    service: ServiceSettings


@dataclass(frozen=True, slots=True)
class ComposedBatch:
    """One batch: its kind (index), and for each box the titles (index) with their copies."""

    kind: int
    boxes: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def copies(self) -> dict[int, int]:
        """Copies by title (index)."""
        total: dict[int, int] = defaultdict(int)
        for box in self.boxes:
            for title, copies in box:
                total[title] += copies
        return dict(total)


@dataclass(frozen=True, slots=True)
class ComposePlan:
    """The batches, their value and a proved upper bound, both in uses a month."""

    batches: tuple[ComposedBatch, ...]
    objective: float
    bound: float
    gap: float
    unused: Mapping[str, int]
