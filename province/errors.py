"""The errors a planner can meet, each with its exit code."""

from collections import Counter
from collections.abc import Iterable, Sequence

from province.findings import MOST_OF_A_KIND, Finding, Findings
from province.language import Message, message


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

    @classmethod
    def of(
        cls,
        file: str,
        column: str,
        value: object,
        *,
        expected: Message,
        advice: Message,
        row: int | None = None,
    ) -> "InputError":
        """Return the error of one finding."""
        findings = Findings()
        findings.at(file, row, column).add(value, expected=expected, advice=advice)
        return cls(findings.faults)


class InfeasibleError(PlannerError):
    """No plan can satisfy the rules; the reasons name the rules and what would loosen them."""

    exit_code = 4

    def __init__(self, *reasons: Message) -> None:
        super().__init__(*cap_reasons(reasons))


class LedgerError(PlannerError):
    """What is to be recorded contradicts what the ledger already knows."""

    exit_code = 5

    def __init__(self, *reasons: Message) -> None:
        super().__init__(*cap_reasons(reasons))


class BusyError(PlannerError):
    """Another program is writing where this one wants to; nothing was changed."""

    exit_code = 7


class DiskError(PlannerError):
    """A file cannot be read or written: no space, no right, no such drive."""

    exit_code = 6


class ViolationError(PlannerError):
    """A plan or a schedule breaks rules; the reasons name them."""

    exit_code = 8


def cap_reasons(reasons: Iterable[Message]) -> tuple[Message, ...]:
    """Return the first reasons of each kind, and in the place of the others how many they are."""
    known = tuple(reasons)
    counts = Counter(map(_kind, known))
    told: Counter[tuple[str, ...]] = Counter()
    kept = []
    for reason in known:
        kind = _kind(reason)
        told[kind] += 1
        if told[kind] <= MOST_OF_A_KIND:
            kept.append(reason)
        elif told[kind] == MOST_OF_A_KIND + 1:
            kept.append(message("{count} more of this kind", count=counts[kind] - MOST_OF_A_KIND))
    return tuple(kept)


def _kind(reason: Message) -> tuple[str, ...]:
    inner = (value for _, value in reason.values if isinstance(value, Message))
    return (reason.template, *(part for value in inner for part in _kind(value)))
