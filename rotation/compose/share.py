"""Shares the copies that each kind of library takes among its batches, titles and boxes.

Wrap-around shares keep every limit of the flow: consecutive titles of a class go to one batch, the
next ones to the next batch, so that batches of one kind have as few titles in common as can be.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from rotation.compose.problem import Class, Classes, ComposedBatch, ComposeProblem, Flows

Amounts = Mapping[tuple[int, int, Class], int]
"""Copies by kind, number of the batch within it, and class."""


def share_out(problem: ComposeProblem, classes: Classes, flows: Flows) -> tuple[ComposedBatch, ...]:
    """Return the batches of all kinds, kind by kind, packed into boxes."""
    amounts = _share_among_batches(problem, classes, flows)
    titles = _pick_titles(problem, classes, amounts)
    return tuple(
        ComposedBatch(kind, pack_boxes(problem, titles[kind, number]))
        for kind, number in _batches(problem)
    )


def _batches(problem: ComposeProblem) -> Iterator[tuple[int, int]]:
    return ((k, n) for k, kind in enumerate(problem.kinds) for n in range(kind.batches))


def _share_among_batches(problem: ComposeProblem, classes: Classes, flows: Flows) -> Amounts:
    """Return the copies of each class in each batch; batches of a kind differ by one at most.

    The left-over copies of one class go to the batches after those that got the left-over of the
    class before: so the totals of a category, of all that suits (it comes first), and of a batch
    differ by one at most too.
    """
    amounts = {}
    for k, kind in enumerate(problem.kinds):
        turn = 0
        suiting_first = sorted(
            (category not in kind.suits, (category, n)) for category, n in classes
        )
        for _, key in suiting_first:
            each, over = divmod(flows[k, key], kind.batches)
            for number in range(kind.batches):
                gets_one = (number - turn) % kind.batches < over
                amounts[k, number, key] = each + gets_one
            turn = (turn + over) % kind.batches
    return amounts


def _pick_titles(
    problem: ComposeProblem, classes: Classes, amounts: Amounts
) -> dict[tuple[int, int], dict[int, int]]:
    """Return copies by title for each batch: consecutive titles of the class, going round."""
    chosen: dict[tuple[int, int], dict[int, int]] = {
        batch: defaultdict(int) for batch in _batches(problem)
    }
    for key, titles in sorted(classes.items()):
        place = 0
        for k, number in _batches(problem):
            for _ in range(amounts[k, number, key]):
                chosen[k, number][titles[place % len(titles)]] += 1
                place += 1
    return chosen


def pack_boxes(
    problem: ComposeProblem, copies: Mapping[int, int]
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the boxes of a batch: categories side by side, none too heavy or too full."""
    order = sorted(
        copies, key=lambda i: (problem.titles[i].category_id, problem.titles[i].title_id)
    )
    boxes: list[dict[int, int]] = []
    books, mass_g = 0, 0
    for title in order:
        for _ in range(copies[title]):
            own = problem.titles[title].mass_g
            is_full = books + 1 > problem.service.books_per_box
            is_heavy = mass_g + own > 1000 * problem.service.box_kg
            if not boxes or is_full or (is_heavy and books):
                boxes.append(defaultdict(int))
                books, mass_g = 0, 0
            boxes[-1][title] += 1
            books, mass_g = books + 1, mass_g + own
    return tuple(tuple(sorted(box.items())) for box in boxes)
