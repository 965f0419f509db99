"""Tells of files of a province folder whose place something else than a file takes."""

import os
from collections.abc import Collection
from pathlib import Path

from province.findings import Findings
from province.language import message


def tell_no_files(folder: Path, names: Collection[str], findings: Findings) -> None:
    """Add a finding for each name of ours that is a folder, a pipe, or a link to nowhere.

    Such a file would read as one that is not there, although somebody had put it there.

    Parameters
    ----------
    names
        Of files that may be missing; `province.table_files` sees to the tables itself.
    """
    for name in names:
        path = folder / name
        if os.path.lexists(path) and not path.is_file():
            findings.add(
                name,
                None,
                "",
                path.readlink() if path.is_symlink() else "",
                expected=message("a file"),
                advice=message(
                    "connect the drive that the link leads to, or put the file back in its place"
                ),
            )
