"""What the ledgers of a region say of batches lent between its provinces."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from province.errors import InputError, PlannerError
from province.findings import Findings
from province.ledger.append import read_ledger
from province.ledger.place import find_place
from province.lendings import ANSWERS, LendingLine, LendingStep
from province.read.settings import read_settings
from region.read_region import Region


@dataclass(frozen=True, slots=True)
class RegionLedgers:
    """The lines about lent batches of every ledger that can be read.

    Parameters
    ----------
    folders, lines
        Province folders, and their lines in the order of recording, by the folder's name.
    unread
        What is wrong with ledgers that cannot be read, by the folder's name.
    """

    folders: Mapping[str, Path]
    lines: Mapping[str, tuple[LendingLine, ...]]
    unread: Mapping[str, PlannerError] = field(default_factory=dict)

    def find(self, folder: str, loan: str, step: LendingStep) -> LendingLine | None:
        """Return the line of a loan in the ledger of a province; None where there is none."""
        for line in self.lines.get(folder, ()):
            if (line.loan_id, line.step) == (loan, step):
                return line
        return None

    def lacks_answer(self, folder: str, line: LendingLine) -> bool:
        """Whether the other province's ledger is to answer a line and does not yet.

        One that is taken back is over, whatever the borrower's says of how it came.
        """
        if line.step not in ANSWERS:
            return False
        if line.step is LendingStep.LENT and self.find(
            folder, line.loan_id, LendingStep.TAKEN_BACK
        ):
            return False
        return self.find(line.partner.folder, line.loan_id, ANSWERS[line.step]) is None

    def list_all(self) -> Iterator[tuple[str, LendingLine]]:
        """Yield every line with the name of the folder whose ledger has it."""
        for folder, lines in self.lines.items():
            for line in lines:
                yield folder, line


def read_ledgers(region: Region) -> RegionLedgers:
    """Return what the ledgers of a region say; those that cannot be read are named."""
    lines: dict[str, tuple[LendingLine, ...]] = {}
    unread: dict[str, PlannerError] = {}
    for folder in region.provinces:
        try:
            lines[folder.name] = _read_lines(folder)
        except PlannerError as error:
            unread[folder.name] = error
    return RegionLedgers({path.name: path for path in region.provinces}, lines, unread)


def _read_lines(folder: Path) -> tuple[LendingLine, ...]:
    findings = Findings()
    read = read_settings(folder, findings)
    if not read.knows_ledger:
        raise InputError(findings.faults)
    ledger = read_ledger(find_place(folder, read.settings))
    return () if ledger is None else ledger.lendings
