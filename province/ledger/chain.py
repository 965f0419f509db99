"""The chain over the lines of the ledger, which shows any line that was changed or lost.

Each line (an entry or a result) has a digest of itself and of the digest of the line before it. The
last one also stands outside the database, in a file beside it: a ledger that was emptied, cut off
or exchanged for an older copy does not fit it any more.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from province.errors import BusyError, LedgerError
from province.files.foreign import ForeignError, read_foreign
from province.files.whole import write_whole
from province.language import message

SEAL_NAME = ".ledger-seal"
START = "0" * 64

Row = tuple[object, ...]
"""The cells of a line as they lie in the database, its position first."""


@dataclass(frozen=True, slots=True)
class Link:
    """A line's place in the chain: its table, its position there, and the digest up to it."""

    source: str
    position: int
    digest: str


@dataclass(frozen=True, slots=True)
class Seal:
    """How many lines were once recorded in the ledger, and the digest of the last one."""

    num_lines: int
    digest: str


def check_chain(chain: Sequence[Link], rows: Mapping[str, Sequence[Row]]) -> None:
    """Raise LedgerError unless the lines are those that were recorded, in their order.

    Parameters
    ----------
    rows
        All lines by table, in the order of their positions.
    """
    left = {source: iter(lines) for source, lines in rows.items()}
    before = START
    for number, link in enumerate(chain, 1):
        row = next(left.get(link.source, iter(())), None)
        digest = "" if row is None else _digest(before, link.source, row)
        if row is None or row[0] != link.position or digest != link.digest:
            raise LedgerError(
                message("line {number} of the ledger is not as it was recorded", number=number)
            )
        before = digest
    if any(next(lines, None) is not None for lines in left.values()):
        raise LedgerError(message("the ledger has lines that this program did not record"))


def extend_chain(chain: Sequence[Link], rows: Mapping[str, Sequence[Row]]) -> tuple[Link, ...]:
    """Return the links that new lines add to a chain.

    Parameters
    ----------
    rows
        The new lines by table, in the order of their positions.
    """
    before = chain[-1].digest if chain else START
    links = []
    for source, lines in rows.items():
        for row in lines:
            before = _digest(before, source, row)
            links.append(Link(source, int(str(row[0])), before))
    return tuple(links)


def write_seal(folder: Path, chain: Sequence[Link]) -> None:
    """Write down beside the ledger how many lines it has, and the last digest.

    What cannot be written is left: the seal may lag behind the ledger, but never runs ahead.
    """
    seal = {"lines": len(chain), "digest": chain[-1].digest if chain else START}
    with suppress(OSError, BusyError):
        write_whole(folder / SEAL_NAME, json.dumps(seal) + "\n")


def check_seal(seal: Seal | None, chain: Sequence[Link] | None) -> None:
    """Raise LedgerError when the ledger has not all lines that were once recorded.

    Parameters
    ----------
    seal
        What `read_seal` said before the ledger was read: it may have grown since.
    chain
        None when there is no ledger, or one of a version without a chain.
    """
    if seal is None:
        return
    count = seal.num_lines
    found = [START, *(link.digest for link in chain or ())]
    if count >= len(found) or found[count] != seal.digest:
        raise LedgerError(
            message(
                "{count} lines were recorded in the ledger, and they are not there any more; "
                "if it is to be so, delete {file}",
                count=count,
                file=SEAL_NAME,
            )
        )


def read_seal(folder: Path) -> Seal | None:
    """Return what stands beside the ledger; None when nothing was ever recorded in it.

    Raises
    ------
    LedgerError
        If the file is damaged.
    """
    try:
        data = (folder / SEAL_NAME).read_bytes()
    except FileNotFoundError:
        return None
    try:
        return read_foreign(lambda: _parse_seal(data))
    except ForeignError as error:
        raise LedgerError(
            message(
                "{file} is damaged, so that nothing shows whether the ledger is whole; "
                "if you are sure that it is, delete that file",
                file=SEAL_NAME,
            )
        ) from error


def _parse_seal(data: bytes) -> Seal:
    seal = json.loads(data)
    return Seal(int(seal["lines"]), str(seal["digest"]))


def _digest(before: str, source: str, row: Row) -> str:
    text = json.dumps([before, source, *row], ensure_ascii=False, default=repr)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
