"""Counts the uses of an exchange plan again, from the facts alone: shares nothing with its choice.

The same is counted as in `shelves`, on purpose by other means: batch by batch, in plain numbers.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from planning.survey import survey_province
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, CategoryId
from province.lendings import LendingStep, list_away, list_borrowed
from province.settings import CategorySettings
from province.stock import Batch, Category, Condition
from rotation.problem import RotationProblem

LEAST = 1e-6

Subject = tuple[str, str, str]
"""Subject, audience, language."""


@dataclass(frozen=True, slots=True)
class Recounted:
    """Uses of a province over all months, and uses less visits, in three states."""

    before: float
    without: float
    after: float
    worth: float


@dataclass(frozen=True, slots=True)
class Guest:
    """A batch of another province, in its owner's words: its books by subject."""

    batch: Batch
    books: Mapping[Subject, int]


def recount_province(
    province: Province,
    months: Sequence[Month],
    every: Mapping[Subject, Category],
    away: Mapping[int, set[BatchId]],
    guests: Mapping[int, Sequence[Guest]],
) -> Recounted:
    """Return the uses of a province as it is, without what it lends, and with what comes.

    Parameters
    ----------
    every
        What any province of the region has books of.
    away, guests
        What is lent and what serves here, by number of the month.
    """
    problem = _pose(province, months, every)
    subjects = {c.category_id: (c.subject, c.audience, c.language) for c in problem.categories}
    own = [
        Guest(batch, {subjects[c]: n for c, n in batch.books_by_category if n})
        for batch in problem.batches
    ]
    known: dict[object, tuple[float, float]] = {}
    sums = [0.0] * 4
    for t in range(len(months)):
        here = [one for one in own if _is_of_use(province, problem, one.batch, months[t])]
        lent = [one for one in here if one.batch.batch_id not in away.get(t, set())]
        states = (here, lent, [*lent, *guests.get(t, ())])
        counted = [_fill(problem, t, state, known) for state in states]
        for k, (uses, _) in enumerate(counted):
            sums[k] += uses
        sums[3] += counted[2][1] - counted[0][1]
    return Recounted(*sums)


def _pose(
    province: Province, months: Sequence[Month], every: Mapping[Subject, Category]
) -> RotationProblem:
    """Return the province's rotation over the months, with a category for all that is read."""
    settings = province.settings
    there = {(c.subject, c.audience, c.language) for c in province.categories}
    new = [
        replace(c, category_id=CategoryId(f"{c.category_id}+{k}"))
        for k, (subject, c) in enumerate(sorted(every.items()))
        if subject not in there and settings.language_shares.get(c.language, 0.0) > 0
    ]
    rows = [
        CategorySettings(id="x", subject=c.subject, audience=c.audience, language=c.language,
                         name=c.name, classes=())
        for c in new
    ]  # fmt: skip
    rules = settings.rotation.model_copy(update={"horizon_months": len(months)})
    wide = replace(
        province, categories=(*province.categories, *new),
        settings=settings.model_copy(
            update={"categories": (*settings.categories, *rows), "rotation": rules}
        ),
    )  # fmt: skip
    survey = survey_province(wide, months[0])
    return survey.pose_rotation(survey.reach)


def _is_of_use(province: Province, problem: RotationProblem, batch: Batch, month: Month) -> bool:
    """Whether a batch is in the province, can travel, and has a library that has not seen it."""
    guests, gone = list_borrowed(province.lendings), list_away(province.lendings)
    if batch.batch_id in guests and month >= Month.of(guests[batch.batch_id].terms.until):
        return False
    if batch.batch_id in gone:
        line = gone[batch.batch_id]
        if line.step is LendingStep.GIVEN_BACK or month <= Month.of(line.terms.until):
            return False
    if batch.condition in (Condition.REPAIR, Condition.WITHDRAWN) and batch.batch_id not in guests:
        return False
    b = next(k for k, one in enumerate(problem.batches) if one.batch_id == batch.batch_id)
    titles = problem.titles[b].tolist()
    memory, limit = problem.rules.memory_months, problem.rules.max_seen_share
    subjects = {c.category_id: (c.subject, c.audience, c.language) for c in problem.categories}
    books = {subjects[c]: n for c, n in batch.books_by_category if n}
    for p in range(len(problem.libraries)):
        if batch.books <= problem.libraries[p].capacity_books and _suits(
            problem, p, batch.networks, books
        ):
            until = problem.seen_until[p]
            last = len(problem.months) - 1 - memory
            seen = sum(title in until and until[title] >= last for title in titles)
            if seen <= (limit + 1e-9) * len(titles):
                return True
    return False


def _suits(
    problem: RotationProblem, p: int, networks: Sequence[str], books: Mapping[Subject, int]
) -> bool:
    library = problem.libraries[p]
    if networks and library.network not in networks:
        return False
    wanted = sum(
        n
        for (_, audience, language), n in books.items()
        if (not library.languages or language in library.languages)
        and (not library.audiences or audience in library.audiences)
    )
    return 2 * wanted >= sum(books.values())


def _fill(
    problem: RotationProblem,
    t: int,
    batches: Sequence[Guest],
    known: dict[object, tuple[float, float]],
) -> tuple[float, float]:
    """Return the uses of a month, and uses less visits: the best place of all, again and again."""
    kinds: dict[tuple[object, ...], list[Guest]] = {}
    for one in batches:
        key = (tuple(sorted(one.batch.networks)), tuple(sorted(one.books.items())),
               one.batch.boxes)  # fmt: skip
        kinds.setdefault(key, []).append(one)
    order = sorted(kinds)
    told = (problem.demand[:, t].tobytes(), problem.hours_per_month[t],
            tuple((key, len(kinds[key])) for key in order),
            tuple(_price(problem, p, t) for p in range(len(problem.libraries))))  # fmt: skip
    if told not in known:
        known[told] = _RecountedMonth(
            problem, t, [(kinds[key][0], len(kinds[key])) for key in order]
        ).fill()
    return known[told]


def _price(problem: RotationProblem, p: int, t: int) -> tuple[float, int]:
    """Return what an exchange counts at a library, and how many boxes get there."""
    library, rules = problem.libraries[p], problem.rules
    month = problem.months[t]
    money = problem.reach.price(library.site_id, month)
    boxes = problem.reach.max_boxes.get((library.site_id, month), 10**6)
    is_open = library.first_month <= t <= library.last_month
    return rules.weight_visit + rules.uses_per_million * money / 1e6, boxes if is_open else 0


class _RecountedMonth:
    """The libraries of a month while they are filled."""

    def __init__(self, problem: RotationProblem, t: int, kinds: list[tuple[Guest, int]]) -> None:
        self.problem, self.t, self.kinds = problem, t, kinds
        subjects = [(c.subject, c.audience, c.language) for c in problem.categories]
        self.left = [
            dict(zip(subjects, problem.demand[p, t].tolist(), strict=True))
            for p in range(len(problem.libraries))
        ]
        self.counts = [count for _, count in kinds]
        self.room = [one.capacity_books for one in problem.libraries]
        self.places = [problem.rules.max_batches_per_library] * len(problem.libraries)
        self.prices = [_price(problem, p, t) for p in range(len(problem.libraries))]
        half = problem.rules.books_for_half_saturation
        self.reach = [
            {s: 1 - round(math.exp(-n / half), 9) for s, n in one.books.items()} for one, _ in kinds
        ]

    def fill(self) -> tuple[float, float]:
        """Return uses, and uses less visits."""
        best = {(k, p): self._look(k, p) for k in range(len(self.kinds))
                for p in range(len(self.room))}  # fmt: skip
        uses = worth = hours = 0.0
        shut: set[int] = set()
        while True:
            open_ones = [(-gain, k, p) for (k, p), (gain, _) in best.items()
                         if gain > LEAST and self.counts[k] and p not in shut]  # fmt: skip
            if not open_ones:
                return uses, worth
            _, k, p = min(open_ones)
            gain, months = best[k, p]
            needed = self.problem.reach.hours.get(self.problem.libraries[p].site_id, 0.0) / months
            if hours + needed > self.problem.hours_per_month[self.t]:
                shut.add(p)
                continue
            hours, worth = hours + needed, worth + gain
            self.counts[k] -= 1
            uses += self._place(k, p, months)
            best |= {(j, p): self._look(j, p) for j in range(len(self.kinds))}

    def _fade(self, months: int) -> float:
        fade = self.problem.rules.fade or (1.0,)
        return sum(fade[min(k, len(fade) - 1)] for k in range(months)) / months

    def _look(self, k: int, p: int) -> tuple[float, int]:
        """Return what a kind of batch gains a month at a library, and in how many it gains most."""
        one = self.kinds[k][0]
        price, boxes = self.prices[p]
        books = sum(one.books.values())
        if books > self.room[p] or not self.places[p] or one.batch.boxes > boxes:
            return 0.0, 1
        if not _suits(self.problem, p, one.batch.networks, one.books):
            return 0.0, 1
        value = sum(self.left[p].get(s, 0.0) * share for s, share in self.reach[k].items())
        rules = self.problem.rules
        found = [
            (round(value * self._fade(months) - price / months, 6), -months)
            for months in range(rules.min_stay_months, rules.max_stay_months + 1)
        ]
        gain, months = max(found, default=(0.0, -1))
        return gain, -months

    def _place(self, k: int, p: int, months: int) -> float:
        uses = 0.0
        for s, share in self.reach[k].items():
            served = self.left[p].get(s, 0.0) * share * self._fade(months)
            uses += served
            if s in self.left[p]:
                self.left[p][s] -= served
        self.places[p] -= 1
        self.room[p] -= sum(self.kinds[k][0].books.values())
        return uses
