"""A backup: one ZIP file with the ledger as it was at one moment, and the pictures it names.

The ledger in it is a `ledger.sqlite` like any other, whatever database it was read from.
"""

import hashlib
import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from province.errors import InputError
from province.files.foreign import ForeignError, read_foreign
from province.files.whole import new_file
from province.language import Message, message
from province.ledger.ledger_lines import Lines, decode_lines
from province.ledger.place import LEDGER_NAME, LedgerPlace
from province.ledger.proof_files import PROOF_FOLDER, list_named, read_picture
from province.ledger.transfer import bring_up, read_lines
from province.result_sheets.proofs import Picture

PICTURE = re.compile(rf"{PROOF_FOLDER}/([0-9a-f]{{64}})\.(svg|jpg)")
MOST_BYTES = 4_000_000_000
"""No ledger is larger; a ZIP file may promise anything."""


def write_backup(place: LedgerPlace, file: Path) -> tuple[Lines, int]:
    """Write a backup, also while others record; return its lines, and how many pictures it lacks.

    Raises
    ------
    LedgerError, BusyError, DiskError
        If the ledger cannot be read.
    OSError
        If the file cannot be written; what stood there is unharmed.
    """
    lines, missing = read_lines(place), 0
    with tempfile.TemporaryDirectory() as room, new_file(file) as fresh:
        copy = LedgerPlace(Path(room))
        bring_up(copy, lines)
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_name(LEDGER_NAME), copy.path.read_bytes())
            for digest, ending in list_named(decode_lines(lines).results):
                content = read_picture(place.folder, digest, ending)
                if content is None:
                    missing += 1
                else:
                    archive.writestr(_name(f"{PROOF_FOLDER}/{digest}.{ending}"), content)
    return lines, missing


def read_backup(file: Path) -> tuple[Lines, tuple[Picture, ...]]:
    """Return the lines and the pictures of a backup, or of a bare `ledger.sqlite`.

    Raises
    ------
    InputError
        If it is no backup, or damaged.
    LedgerError
        If the ledger in it is not as it was recorded.
    """
    if not file.is_file():
        raise _refuse(file, message("a backup of a ledger, written with: luanchuyen ledger backup"))
    with tempfile.TemporaryDirectory() as room:
        copy = LedgerPlace(Path(room))
        try:
            pictures = read_foreign(lambda: tuple(_unpack(file, copy.path)))
        except ForeignError as error:
            raise _refuse(file, message("a backup that can be read ({fault})", fault=error.text)) \
                from error  # fmt: skip
        return read_lines(copy), pictures


def _unpack(file: Path, ledger: Path) -> Iterator[Picture]:
    """Write the ledger of a backup to a place, and yield its pictures."""
    if not zipfile.is_zipfile(file):
        ledger.write_bytes(file.read_bytes())
        return
    with zipfile.ZipFile(file) as archive:
        if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES} bytes")
        ledger.write_bytes(archive.read(LEDGER_NAME))
        for name in archive.namelist():
            if found := PICTURE.fullmatch(name):
                content = archive.read(name)
                if hashlib.sha256(content).hexdigest() != found[1]:
                    raise ValueError(name)
                yield Picture(found[1], found[2], content)


def _name(name: str) -> zipfile.ZipInfo:
    """Return the head of a file in a ZIP, without the time of the day."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _refuse(file: Path, expected: Message) -> InputError:
    return InputError.of(
        file.name, "", str(file), expected=expected, advice=message("name another file")
    )
