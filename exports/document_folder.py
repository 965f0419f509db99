"""Puts documents into a folder all at once, and leaves alone whatever else is in it."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from province.errors import InputError
from province.files.exchange import clear_exchange, exchange_files
from province.files.locks import hold_lock
from province.files.whole import new_folder
from province.findings import Finding
from province.language import Message, message


def list_documents(folder: Path, patterns: Sequence[str]) -> list[Path]:
    """Return the files of a folder that fit one of some patterns like ``gpx/*.gpx``, sorted.

    Nothing else is looked at, however much there is.
    """
    return sorted({path for pattern in patterns for path in folder.glob(pattern) if path.is_file()})


def refuse_file(folder: Path) -> None:
    """Raise InputError if there is a file where a folder is wanted."""
    if folder.exists() and not folder.is_dir():
        finding = Finding(
            str(folder), None, "", folder.name,
            expected=message("a folder"), advice=message("name another one with --out"),
        )  # fmt: skip
        raise InputError([finding])


@contextmanager
def fill_folder(folder: Path, replaced: Sequence[Path], patterns: Sequence[str]) -> Iterator[Path]:
    """Yield an empty folder whose files then stand in `folder`, in place of others.

    A folder of documents alone is exchanged as a whole. One that holds anything else (somebody's
    desktop), or in which somebody works, stays what it is: the files are moved into it one by one,
    and back out again when one of them cannot be. Only for those who hold the lock of the folder.

    Parameters
    ----------
    replaced
        Files of `folder` that go.
    patterns
        Which files are documents.

    Raises
    ------
    InputError
        If `folder` is a file.
    """
    refuse_file(folder)
    if folder.exists():
        clear_exchange(folder)
    if not folder.exists() or not _is_shared(folder, patterns):
        with new_folder(folder) as fresh:
            for path in list_documents(folder, patterns):
                if path not in replaced:
                    _copy(path, fresh / path.relative_to(folder))
            yield fresh
        return
    with exchange_files(folder, replaced) as fresh:
        yield fresh


def _is_shared(folder: Path, patterns: Sequence[str]) -> bool:
    """Whether a folder holds anything but documents, or is the one somebody works in."""
    if Path.cwd().is_relative_to(folder.resolve()):
        return True
    known = {pattern.split("/")[0] for pattern in patterns}
    if any(entry.name not in known for entry in folder.iterdir()):
        return True
    files = {path for path in folder.rglob("*") if not path.is_dir()}
    return files != set(list_documents(folder, patterns))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def refuse_files(folder: Path, names: Sequence[str], *, overwrite: bool, expected: Message) -> None:
    """Raise InputError if a folder holds one of some files that may not be replaced.

    Parameters
    ----------
    expected
        What is asked for instead: a folder without them.
    """
    refuse_file(folder)
    there = [name for name in names if (folder / name).exists()]
    if there and not overwrite:
        raise InputError.of(
            str(folder), "", there[0], expected=expected,
            advice=message("add --force to replace it, or name another folder with --out"),
        )  # fmt: skip


def put_files(
    folder: Path, files: Mapping[str, bytes], *, gone: Sequence[str] = ()
) -> tuple[Path, ...]:
    """Write files into a folder, all of them or none, in the place of those that are there.

    Parameters
    ----------
    gone
        Names of older files that go, if they are there.
    """
    with replace_files(folder, (*files, *gone)) as fresh:
        for name, data in files.items():
            (fresh / name).write_bytes(data)
    return tuple(folder / name for name in files)


@contextmanager
def replace_files(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """Yield an empty folder whose files then stand in `folder`, all of them or none.

    Parameters
    ----------
    names
        Of older files, which go if they are there.
    """
    with hold_lock(folder):
        folder.mkdir(parents=True, exist_ok=True)
        replaced = [folder / name for name in dict.fromkeys(names) if (folder / name).exists()]
        with exchange_files(folder, replaced) as fresh:
            yield fresh
