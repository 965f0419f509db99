"""Keeps signatures and photos beside the ledger, each under the digest of what it holds.

A file is written before the ledger names it, whole or not at all, and never changed: what a run
that was killed leaves is a picture that nothing names. Who reads one proves it by its name.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from province.files.whole import write_whole
from province.result_sheets.proofs import Picture
from province.results import RecordedResult

PROOF_FOLDER = "proofs"


def keep_pictures(folder: Path, pictures: Iterable[Picture]) -> None:
    """Write the pictures that the folder of a province has not yet.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written.
    """
    for picture in pictures:
        path = _name(folder, picture.digest, picture.ending)
        path.parent.mkdir(exist_ok=True)
        if read_picture(folder, picture.digest, picture.ending) is None:
            write_whole(path, picture.content)


def read_picture(folder: Path, digest: str, ending: str) -> bytes | None:
    """Return the bytes of a picture; None where it is gone, or is not what was kept."""
    try:
        content = _name(folder, digest, ending).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


def list_named(results: Iterable[RecordedResult]) -> tuple[tuple[str, str], ...]:
    """Return the pictures that results name, each once: SHA-256 and ending."""
    proofs = [result.row.proof for result in results if result.row.proof is not None]
    found = [(proof.signature, "svg") for proof in proofs]
    found += [(proof.photo, "jpg") for proof in proofs]
    return tuple(sorted({(digest, ending) for digest, ending in found if digest}))


def _name(folder: Path, digest: str, ending: str) -> Path:
    return folder / PROOF_FOLDER / f"{digest}.{ending}"
