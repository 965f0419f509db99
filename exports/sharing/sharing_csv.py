"""Draws an exchange plan as tables: a row for each loan, a row for each province and language."""

from collections.abc import Mapping

from exports.tables.table import make_table
from province.facts import Province
from province.language import Language, translate
from region.sharing.sharing_file import SharingPlan

LOAN_COLUMNS = (
    "loan", "batch_id", "batch", "owner", "borrower", "from", "until", "kind", "run", "home_run",
    "books", "boxes", "uses_gained", "uses_lost", "new_categories", "reason",
)  # fmt: skip
LANGUAGE_COLUMNS = (
    "province", "language", "demand", "own_uses", "unmet", "borrowed_uses", "lent_uses", "batches",
    "idle_batches",
)  # fmt: skip


def draw_loans(plan: SharingPlan, provinces: Mapping[str, Province], language: Language) -> bytes:
    """Return the loans by id."""
    return make_table(
        LOAN_COLUMNS,
        (
            (
                loan.loan, loan.batch, provinces[loan.owner].batch_by_id[loan.batch].name,
                loan.owner, loan.borrower, str(loan.first), str(loan.until), loan.kind, loan.run,
                loan.home_run, loan.books, loan.boxes, loan.gained, loan.lost,
                ", ".join(loan.new_categories), translate(loan.reason, language),
            )
            for loan in plan.loans
        ),
    )  # fmt: skip


def draw_languages(plan: SharingPlan) -> bytes:
    """Return what readers of each language want and get."""
    return make_table(
        LANGUAGE_COLUMNS,
        (
            (
                row.province, row.language, row.demand, row.own, row.unmet, row.borrowed, row.lent,
                row.batches, row.idle,
            )
            for row in plan.languages
        ),
    )  # fmt: skip
