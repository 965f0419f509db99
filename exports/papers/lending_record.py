"""The record that two provinces sign when a batch is lent, and when it comes back."""

from collections.abc import Mapping
from dataclasses import dataclass

from exports.pages.page import make_paper
from province.facts import Province
from province.ids import CategoryId
from province.language import message, translate
from province.lendings import LendingLine, LendingStep, Party, match_category, name_borrowed

BACK = (LendingStep.GIVEN_BACK, LendingStep.TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class Handing:
    """What changes hands between which two sides; A gives, B receives.

    Parameters
    ----------
    categories
        Names of the categories of the titles, in the words of the province whose paper it is.
    borrowed_name
        What the borrower calls the batch.
    missing_books, missing_boxes
        Of a batch that comes back: what it has less than when it was lent.
    """

    line: LendingLine
    is_back: bool
    giver: Party
    receiver: Party
    categories: Mapping[CategoryId, str]
    borrowed_name: str
    missing_books: int
    missing_boxes: int


def draw_lending_record(line: LendingLine, province: Province) -> bytes:
    """Return the record of a line as one of its two provinces keeps it, in its language."""
    terms, language = line.terms, province.settings.province.language
    is_back = line.step in BACK
    names = {category.category_id: category.name for category in province.categories}
    told = {
        theirs.category_id: names.get(
            match_category(theirs, province.categories) or theirs.category_id, theirs.name
        )
        for theirs in terms.categories
    }
    sides = (terms.borrower, terms.owner) if is_back else (terms.owner, terms.borrower)
    handing = Handing(
        line, is_back, *sides, told, name_borrowed(terms.owner.folder, terms.batch.batch_id),
        terms.batch.books - line.books, terms.batch.boxes - line.boxes,
    )  # fmt: skip
    title = message("Record of a batch handed back, loan {loan}", loan=line.loan_id) if is_back \
        else message("Record of a batch lent, loan {loan}", loan=line.loan_id)  # fmt: skip
    return make_paper(
        "papers/lending_record.html.j2", title=translate(title, language), language=language,
        style="handover.css", province=province, handing=handing,
    )  # fmt: skip
