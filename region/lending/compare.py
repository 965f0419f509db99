"""Holds what the ledgers of a region say of lent batches against each other."""

from collections.abc import Iterator
from dataclasses import replace

from province.language import Message, message
from province.lendings import ANSWERS, OWNERS, STEPS, LendingLine
from region.lending.ledgers import RegionLedgers

FIRST = {answer: first for first, answer in ANSWERS.items()}


def list_disagreements(ledgers: RegionLedgers) -> tuple[Message, ...]:
    """Return in which loans the two ledgers do not say the same, each with what mends it.

    A ledger that cannot be read disagrees with nobody: its own fault is told elsewhere.
    """
    return tuple(
        found for folder, line in ledgers.list_all() for found in _judge(ledgers, folder, line)
    )


def _judge(ledgers: RegionLedgers, folder: str, line: LendingLine) -> Iterator[Message]:
    own = line.terms.owner if line.step in OWNERS else line.terms.borrower
    partner = line.partner
    about: dict[str, str | Message] = {
        "loan": line.loan_id, "folder": folder, "step": STEPS[line.step], "batch": line.batch_id,
        "partner": partner.folder,
    }  # fmt: skip
    if own.folder != folder:
        yield message(
            "loan {loan}: the ledger of {folder} says that {batch} was {step}, by a folder called "
            "{own}: give the folder that name back, or let a copy have a ledger of its own",
            own=own.folder, **about,
        )  # fmt: skip
        return
    if partner.folder not in ledgers.folders:
        yield message(
            "loan {loan}: the ledger of {folder} says that {batch} was {step}, and {partner} is no "
            "province of this region: put its folder back, or into region.toml",
            **about,
        )
        return
    if partner.folder in ledgers.unread:
        return
    if line.step in ANSWERS:
        other = ledgers.find(partner.folder, line.loan_id, ANSWERS[line.step])
        if ledgers.lacks_answer(folder, line):
            yield message(
                "loan {loan}: the ledger of {folder} says that {batch} was {step}, and that of "
                "{partner} says nothing yet, so that nobody has it: run luanchuyen region check "
                "again",
                **about,
            )
        elif other is not None and replace(other, step=line.step) != line:
            yield message(
                "loan {loan}: the ledgers of {folder} and {partner} tell of {batch} in different "
                "words: bring the one back that was changed, with luanchuyen ledger restore",
                **about,
            )
    elif ledgers.find(partner.folder, line.loan_id, FIRST[line.step]) is None:
        verb = "hand-over" if line.step not in OWNERS else "hand-back"
        yield message(
            "loan {loan}: the ledger of {folder} says that {batch} was {step}, and that of "
            "{partner} was set back to before it: run luanchuyen region {verb} with this loan",
            verb=verb, **about,
        )  # fmt: skip
