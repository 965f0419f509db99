"""Reads what a province folder, and tracks that somebody brings, have to teach."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from planning.learning.propose import Lesson, learn
from planning.past.read import list_past_trips, read_plans
from planning.tracks.kept import FOLDER, list_kept
from planning.tracks.lay_tracks import LaidTracks, lay_tracks
from province.facts import Province
from province.tracks import read_tracks


def read_lesson(
    folder: Path, province: Province, brought: Sequence[Path] = ()
) -> tuple[Lesson, LaidTracks]:
    """Return what the recorded times of all plans of a folder and tracks teach, and the tracks.

    Parameters
    ----------
    brought
        GPX files, beside those that the folder keeps.

    Raises
    ------
    InputError
        If a plan is damaged, of another province, or of another month than its folder says; if a
        track is damaged, or one that is brought belongs to no planned trip.
    """
    trips = list_past_trips(province, read_plans(folder, province))
    fresh = read_tracks(brought)
    known = [path for path in list_kept(folder) if not _is_among(path, brought)]
    kept = tuple(
        dataclasses.replace(track, name=f"{FOLDER}/{track.name}") for track in read_tracks(known)
    )
    laid = lay_tracks(province, trips, fresh, kept)
    return learn(province, trips, laid), laid


def _is_among(path: Path, others: Sequence[Path]) -> bool:
    size = path.stat().st_size
    return any(
        one.stat().st_size == size and one.read_bytes() == path.read_bytes() for one in others
    )
