"""Changes numbers in `province.toml`, and leaves its comments, order and spaces as they were."""

import copy
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from province.errors import InputError
from province.language import message

SETTINGS_NAME = "province.toml"
HEADER = re.compile(r"\s*\[")


def edit_settings(text: str, section: str, values: Mapping[str, str]) -> str:
    """Return the text with other values in a section.

    The section must stand in lines of its own, or not be there yet. What comes out is read again:
    where it would say anything else than it should, nothing is changed.

    Parameters
    ----------
    section
        Its name, with points where it lies within others.
    values
        What to write behind each key (in quotes where TOML asks for them), as TOML; "": nothing,
        the line is taken away.

    Raises
    ------
    InputError
        If the file says it in another way than this can change.
    """
    wanted = _expect(tomllib.loads(text), section, values)
    lines = text.splitlines(keepends=True)
    newline = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    lines = _open_section(lines, section, newline) if any(values.values()) else lines
    for key, value in values.items():
        lines = _put_value(lines, section, key, value, newline)
    changed = "".join(lines)
    if not _says(changed, wanted):
        raise InputError.of(
            SETTINGS_NAME, section, ", ".join(values),
            expected=message("a section [{section}] with a line for each value", section=section),
            advice=message("write it so, or change it by hand: {values}",
                           values=", ".join(f"{key} = {value}" for key, value in values.items())),
        )  # fmt: skip
    return changed


def _expect(settings: dict[str, Any], section: str, values: Mapping[str, str]) -> dict[str, Any]:
    """Return what the file is to say."""
    own = wanted = copy.deepcopy(settings)
    for part in section.split("."):
        if part not in own and not any(values.values()):
            return wanted
        own = own.setdefault(part, {})
    for key, value in values.items():
        own.pop(_read_key(key), None)
        own |= tomllib.loads(f"{key} = {value}") if value else {}
    return wanted


def _read_key(key: str) -> str:
    """Return what a key of TOML names, which may stand in quotes."""
    (name,) = tomllib.loads(f"{key} = 0")
    return name


def _says(text: str, wanted: dict[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _open_section(lines: list[str], section: str, newline: str) -> list[str]:
    """Return the lines with the section: behind the one it belongs to, else at the end."""
    if _find_header(lines, section) is not None:
        return lines
    head = _find_header(lines, section.rpartition(".")[0])
    end = len(lines) if head is None else _find_end(lines, head)
    before = lines[:end]
    if before and not before[-1].endswith("\n"):
        before[-1] += newline
    return [*before, newline, f"[{section}]{newline}", *lines[end:]]


def _find_header(lines: list[str], section: str) -> int | None:
    parts = r"\s*\.\s*".join(re.escape(part) for part in section.split("."))
    header = re.compile(rf"\s*\[\s*{parts}\s*\]\s*(#.*)?")
    return next((k for k, line in enumerate(lines) if header.fullmatch(line.strip())), None)


def _find_end(lines: list[str], head: int) -> int:
    """Return behind which line a section ends; remarks before the next one are that one's."""
    after = (k for k in range(head + 1, len(lines)) if HEADER.match(lines[k]))
    end = next(after, len(lines))
    while end > head + 1 and lines[end - 1].strip()[:1] in ("", "#"):
        end -= 1
    return end


def _put_value(lines: list[str], section: str, key: str, value: str, newline: str) -> list[str]:
    head = _find_header(lines, section)
    if head is None:
        return lines
    end = _find_end(lines, head)
    name = re.escape(_read_key(key))
    own = re.compile(rf"\s*(?:{re.escape(key)}|\"{name}\"|'{name}'|{name})\s*=")
    at = next((k for k in range(head + 1, end) if own.match(lines[k])), None)
    if at is None:
        before = lines[:end]
        if value and not before[-1].endswith("\n"):
            before[-1] += newline
        return [*before, *([f"{key} = {value}{newline}"] if value else []), *lines[end:]]
    fresh = [f"{key} = {value}{_find_comment(lines[at])}{newline}"] if value else []
    return [*lines[:at], *fresh, *lines[at + 1 :]]


def _find_comment(line: str) -> str:
    """Return the comment of a line with the spaces before it; "" if it has none."""
    for found in re.finditer(r"\s*#", line):
        try:
            tomllib.loads(line[: found.start()])
        except tomllib.TOMLDecodeError:
            continue
        return line[found.start() :].rstrip()
    return ""
