"""Writes what two provinces sign for each batch that is lent, or comes back."""

import functools
from collections.abc import Iterable
from pathlib import Path

from exports.document_folder import put_files
from exports.papers.lending_record import BACK, draw_lending_record
from exports.text.plain import name_files
from province.lendings import LendingLine
from province.read import read_province
from region.read_region import Region

FOLDER = "sharing/records"


def write_lending_papers(region: Region, lines: Iterable[LendingLine]) -> tuple[Path, ...]:
    """Write the records of some lines, one for each of the two provinces; return their paths.

    They are drawn from the ledger's lines, so that the same line gives the same paper.
    """
    folders = {path.name: path for path in region.provinces}
    read = functools.cache(read_province)
    files: dict[str, bytes] = {}
    for line in lines:
        for party in (line.terms.owner, line.terms.borrower):
            what = "hand-back" if line.step in BACK else "hand-over"
            files[f"{line.loan_id}-{what}-{party.folder}"] = draw_lending_record(
                line, read(folders[party.folder])
            )
    names = name_files(files)
    return put_files(
        region.folder / FOLDER, {f"{names[key]}.html": page for key, page in files.items()}
    )
