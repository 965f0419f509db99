"""Makes batches of what the ledger says was borrowed, in the words of the province."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from province.findings import Spot
from province.ids import CategoryId, TitleId
from province.language import message
from province.lendings import LendingLine, LendingStep, match_category, name_borrowed
from province.stock import Batch, BatchTitle, Category


def build_borrowed(
    lines: Iterable[LendingLine], categories: Sequence[Category], spot: Spot
) -> tuple[list[Batch], list[BatchTitle]]:
    """Return the batches that are, or were, borrowed, as they were when they last came.

    Those that were given back stay known: the journal tells of them, and which titles a library has
    seen counts when they come again. A category that the province has no equal of is a fault.
    """
    came: dict[str, list[LendingLine]] = defaultdict(list)
    for line in lines:
        if line.step is LendingStep.BORROWED:
            came[line.batch_id].append(line)
    batches: list[Batch] = []
    titles: list[BatchTitle] = []
    for own in came.values():
        last, first = own[-1], own[0]
        terms = last.terms
        known = _match(last, categories, spot)
        books: dict[CategoryId, int] = defaultdict(int)
        for theirs, count in terms.batch.books_by_category:
            books[known[theirs]] += count
        batches.append(
            replace(
                terms.batch, batch_id=last.batch_id, owner=terms.owner.organisation,
                books_by_category=tuple(sorted(books.items())), condition=last.condition,
                depot_id=first.terms.borrower_depot,
            )
        )  # fmt: skip
        titles += [
            replace(
                title, batch_id=last.batch_id, category_id=known[title.category_id],
                title_id=TitleId(name_borrowed(terms.owner.folder, title.title_id)),
            )
            for title in terms.titles
        ]  # fmt: skip
    return batches, titles


def _match(
    line: LendingLine, categories: Sequence[Category], spot: Spot
) -> dict[CategoryId, CategoryId]:
    """Return our category of each of theirs; their own id where there is none, which is a fault."""
    found = {}
    for theirs in line.terms.categories:
        own = match_category(theirs, categories)
        if own is None:
            spot.at("lendings").add(
                line.batch_id,
                expected=message(
                    "a category of {file} like {category}: {kind}",
                    file="province.toml", category=theirs.name,
                    kind=f"{theirs.subject}, {theirs.audience}, {theirs.language}",
                ),
                advice=message("put it back: the ledger tells of a borrowed batch with such books"),
            )  # fmt: skip
        found[theirs.category_id] = own or theirs.category_id
    return found
