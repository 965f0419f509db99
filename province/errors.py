"""The errors a planner can meet, each with its exit code."""

from collections.abc import Sequence

from province.findings import Finding
from province.language import Message


class PlannerError(Exception):
    """Something the planner has to know about; never a fault of the program.

    Parameters
    ----------
    reasons
        One or more messages, most important first.
    """

    exit_code = 1

    def __init__(self, *reasons: Message) -> None:
        self.reasons = reasons
        super().__init__("\n".join(str(reason) for reason in reasons))


class InputError(PlannerError):
    """The province folder, or a file given to a command, cannot be used as it is.

    Parameters
    ----------
    findings
        Every fault found, in the order of files and rows.
    """

    exit_code = 3

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(*(finding.as_message() for finding in self.findings))


class InfeasibleError(PlannerError):
    """No plan can satisfy the rules; the reasons name the rules and what would loosen them."""

    exit_code = 4


class LedgerError(PlannerError):
    """What is to be recorded contradicts what the ledger already knows."""

    exit_code = 5


class BusyError(PlannerError):
    """Another program is writing where this one wants to; nothing was changed."""

    exit_code = 7


class DiskError(PlannerError):
    """A file cannot be read or written: no space, no right, no such drive."""

    exit_code = 6


class ViolationError(PlannerError):
    """A plan or a schedule breaks rules; the reasons name them."""

    exit_code = 8
