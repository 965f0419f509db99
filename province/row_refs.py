"""Where a row stands that something was counted from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowRef:
    """One row of a file.

    Parameters
    ----------
    file
        The file as it is called in the folder, ``staff.csv`` or ``staff.xlsx``.
    key
        What tells the row from all others: its id.
    line
        Line in the file counted from 1 (the heading is line 1); None where a file has no lines.
    """

    file: str
    key: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place} {self.key}"
