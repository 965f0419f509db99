"""Checks composed batches against the stock and the rules, without the solver."""

from collections import Counter
from collections.abc import Iterator

from province.language import message
from province.violations import Violation
from rotation.compose.problem import ComposePlan, ComposeProblem


def verify_composition(problem: ComposeProblem, plan: ComposePlan) -> tuple[Violation, ...]:
    """Return every rule that the batches break, by rule and batch."""
    return (*_titles(problem, plan), *_batches(problem, plan), *_boxes(problem, plan))


def _titles(problem: ComposeProblem, plan: ComposePlan) -> Iterator[Violation]:
    used: Counter[int] = Counter()
    for batch in plan.batches:
        used.update(batch.copies)
    rules = problem.rules
    for i, copies in sorted(used.items()):
        title = problem.titles[i]
        if title.is_rare:
            yield _broken("no_rare_book_travels", title.title_id, copies, 0)
        elif title.is_for_rotation:
            if copies > title.copies:
                yield _broken("no_more_copies_than_there_are", title.title_id, copies, title.copies)
        elif title.copies < rules.min_copies:
            yield _broken(
                "titles_have_enough_copies", title.title_id, title.copies, rules.min_copies
            )
        elif copies > title.copies - rules.left_behind:
            most = title.copies - rules.left_behind
            yield _broken("some_copies_stay_at_home", title.title_id, copies, most)


def _batches(problem: ComposeProblem, plan: ComposePlan) -> Iterator[Violation]:
    rules = problem.rules
    for number, batch in enumerate(plan.batches, 1):
        copies = batch.copies
        books = sum(copies.values())
        suits = problem.kinds[batch.kind].suits
        suiting = sum(n for i, n in copies.items() if problem.titles[i].category_id in suits)
        if not rules.books_min <= books <= rules.books_max:
            yield _broken("batches_have_the_size_asked", number, books, rules.books_max)
        if 2 * suiting < books:
            yield _broken("half_of_a_batch_suits_its_libraries", number, suiting, books / 2)
        most = max(copies.values(), default=0)
        if most > rules.copies_per_batch:
            yield _broken("few_copies_of_a_title_in_a_batch", number, most, rules.copies_per_batch)
        if len(batch.boxes) > rules.max_boxes:
            yield _broken("batches_fit_their_boxes", number, len(batch.boxes), rules.max_boxes)


def _boxes(problem: ComposeProblem, plan: ComposePlan) -> Iterator[Violation]:
    service = problem.service
    for number, batch in enumerate(plan.batches, 1):
        for place, box in enumerate(batch.boxes, 1):
            where = f"{number}/{place}"
            books = sum(copies for _, copies in box)
            mass_kg = sum(problem.titles[i].mass_g * copies for i, copies in box) / 1000
            if books > service.books_per_box:
                yield _broken("boxes_hold_their_books", where, books, service.books_per_box)
            if mass_kg > service.box_kg and books > 1:
                yield _broken("boxes_are_not_too_heavy", where, mass_kg, service.box_kg)


def _broken(rule: str, where: object, seen: float, allowed: float) -> Violation:
    detail = message("{seen} where {allowed} are allowed", seen=seen, allowed=allowed)
    return Violation(rule, str(where), detail)
