"""The tracks that a province folder keeps, so that they are learnt from again: `tracks/*.gpx`."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from province.files.locks import hold_lock
from province.files.whole import write_whole

FOLDER = "tracks"


def list_kept(folder: Path) -> tuple[Path, ...]:
    """Return the tracks of a province folder, by name."""
    found = (folder / FOLDER).glob("*")
    return tuple(sorted(p for p in found if p.suffix.lower() == ".gpx" and p.is_file()))


def is_kept(folder: Path, track: Path) -> bool:
    """Whether a folder keeps a track already, under whatever name."""
    data = track.read_bytes()
    return any(
        one.stat().st_size == len(data) and one.read_bytes() == data for one in list_kept(folder)
    )


def keep_tracks(folder: Path, tracks: Iterable[Path]) -> tuple[Path, ...]:
    """Copy tracks into a province folder; return the new files.

    One that is kept already is left as it is; another one of the same name gets a longer name.

    Raises
    ------
    BusyError
        If another program is writing to the folder.
    """
    fresh = []
    with hold_lock(folder):
        for track in tracks:
            if is_kept(folder, track):
                continue
            data, place = track.read_bytes(), folder / FOLDER
            target = place / f"{track.stem}.gpx"
            if target.exists():
                target = place / f"{track.stem}-{hashlib.sha256(data).hexdigest()[:8]}.gpx"
            place.mkdir(exist_ok=True)
            write_whole(target, data)
            fresh.append(target)
    return tuple(fresh)
