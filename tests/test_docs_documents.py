"""The page about documents lists every one, by its files and its name."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

from exports.write import DOCUMENTS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "documents.md"


def test_every_document_stands_in_the_table_with_its_files() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("| `")]
    marked = [(re.findall("`([^`]+)`", row[0]), re.findall("`([^`]+)`", row[-1])) for row in rows]
    listed = [(files, names) for files, names in marked if len(names) > 0]
    assert sorted(name for _, names in listed for name in names) == sorted(
        document.name for document in DOCUMENTS
    )
    for document in DOCUMENTS:
        (files,) = (files for files, names in listed if document.name in names)
        assert any(fnmatchcase(file, document.files) for file in files), document.name
