"""Reads what proves a handover from cells: a signature, a photo, a place; anything else is refused.

The driver's page writes them. A signature is the path of an SVG, absolute points in whole numbers;
a photo is a small JPEG as a ``data:`` address; both are small enough for a spreadsheet's cell.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from province.findings import CellError
from province.language import message
from province.results import PROOF_COLUMNS, Proof

PAD_WIDTH, PAD_HEIGHT = 600, 240
"""The pad on which a signature is drawn."""

MOST_SIGNATURE, MOST_PHOTO_BYTES, MOST_PIXELS = 12_000, 24_000, 2_000
"""Letters of a signature's path; bytes of a photo, which are 32,000 letters of a cell that holds
32,767 in spreadsheet programs; pixels of its longer side."""

FRAMES, TABLES, SCAN, COMMENT, END = (0xC0, 0xC1, 0xC2), (0xC4, 0xDB, 0xDD), 0xDA, 0xFE, b"\xff\xd9"
"""What begins a section of a JPEG, and its last two bytes."""

PHOTO_HEAD = "data:image/jpeg;base64,"
_PATH = re.compile(r"(?:M\d{1,3} \d{1,3}(?: \d{1,3} \d{1,3})+)+")
_PLACE = re.compile(r"(-?\d{1,2}(?:\.\d{1,7})?) (-?\d{1,3}(?:\.\d{1,7})?) (\d{1,6})")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to keep: its SHA-256, the ending that tells its kind, its bytes."""

    digest: str
    ending: str
    content: bytes


def parse_signature(value: Any) -> Any:
    """Return the path of a signature; raise CellError for anything that is not just points."""
    if not isinstance(value, str) or not value:
        return value
    points = [int(number) for number in re.findall(r"\d+", value)] if _PATH.fullmatch(value) else []
    is_inside = max(points[::2], default=PAD_WIDTH + 1) <= PAD_WIDTH
    is_inside = is_inside and max(points[1::2], default=PAD_HEIGHT + 1) <= PAD_HEIGHT
    if len(value) > MOST_SIGNATURE or not is_inside:
        raise CellError(
            message("a signature as the driver's page writes it"),
            message("empty the cell; the paper has the signature"),
        )
    return value


def parse_position(value: Any) -> Any:
    """Return latitude, longitude and accuracy in metres, as written; raise CellError otherwise."""
    if not isinstance(value, str) or not value:
        return value
    found = _PLACE.fullmatch(value)
    if not found or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        raise CellError(
            message("latitude, longitude and accuracy, like 21.32650 103.91880 12"),
            message("empty the cell"),
        )
    return value


def parse_photo(value: Any) -> Any:
    """Return a photo as it is written; raise CellError unless it is one small JPEG."""
    if not isinstance(value, str) or not value:
        return value
    try:
        content = base64.b64decode(value.removeprefix(PHOTO_HEAD), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not value.startswith(PHOTO_HEAD) or not strip_jpeg(content):
        raise CellError(
            message("a JPEG of at most {count} bytes, as the driver's page makes it",
                    count=MOST_PHOTO_BYTES),
            message("empty the cell; keep the photo elsewhere"),
        )  # fmt: skip
    return value


def strip_jpeg(content: bytes) -> bytes:
    """Return a JPEG with its picture alone; empty where it is none, or something hides behind it.

    Sections that hold something else than the picture (EXIF, colour profiles, thumbnails, comments)
    are left out. After ITU T.81, annex B.
    """
    if content[:2] != b"\xff\xd8" or len(content) > MOST_PHOTO_BYTES:
        return b""
    kept, at, has_size = [content[:2]], 2, False
    while at + 4 <= len(content):
        mark, kind, length = content[at], content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        end = at + 2 + length
        if mark != 0xFF or length < 2 or end > len(content):
            return b""
        if kind in FRAMES:
            has_size = has_size or _is_of_a_size(content[at + 4 : end])
            if not has_size:
                return b""
        elif kind not in (*TABLES, SCAN, COMMENT) and not 0xE0 <= kind <= 0xEF:
            return b""
        if kind == SCAN:
            end = _skip_scan(content, end)
        if kind in (*FRAMES, *TABLES, SCAN):
            kept.append(content[at:end])
        at = end
        if content[at:] == END:
            return b"".join((*kept, END)) if has_size and kind == SCAN else b""
    return b""


def _is_of_a_size(frame: bytes) -> bool:
    sides = (int.from_bytes(frame[1:3]), int.from_bytes(frame[3:5]))
    return len(frame) >= 6 and all(0 < side <= MOST_PIXELS for side in sides)


def _skip_scan(content: bytes, at: int) -> int:
    """Return where the coded pixels end: at the first mark that is no part of them."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] != 0 and not 0xD0 <= content[at + 1] <= 0xD7:
            return at
        at += 2
    return len(content)


def read_proof(cells: Mapping[str, Any]) -> tuple[Proof | None, tuple[Picture, ...]]:
    """Return the proof in the checked cells of a row, or None, and its pictures."""
    if not any(cells[column] not in ("", None) for column in PROOF_COLUMNS):
        return None, ()
    pictures = []
    if path := cells["signature"]:
        pictures.append(_picture("svg", _draw(path)))
    if photo := cells["photo"]:
        whole = base64.b64decode(photo.removeprefix(PHOTO_HEAD))
        pictures.append(_picture("jpg", strip_jpeg(whole)))
    digests = {picture.ending: picture.digest for picture in pictures}
    place = _PLACE.fullmatch(cells["position"] or "")
    proof = Proof(
        signed_by=cells["signed_by"],
        signed_min=cells["signed_at"],
        signature=digests.get("svg", ""),
        photo=digests.get("jpg", ""),
        lat=float(place[1]) if place else None,
        lon=float(place[2]) if place else None,
        accuracy_m=int(place[3]) if place else None,
    )
    return proof, tuple(pictures)


def _picture(ending: str, content: bytes) -> Picture:
    return Picture(hashlib.sha256(content).hexdigest(), ending, content)


def _draw(path: str) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PAD_WIDTH} {PAD_HEIGHT}">'
        f'<path d="{path}" fill="none" stroke="#00205b" stroke-width="4" stroke-linecap="round"'
        ' stroke-linejoin="round"/></svg>\n'
    ).encode()
