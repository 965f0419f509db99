"""Finds what a planner means by a name or a code: batches, places, communes."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from province.errors import InputError
from province.facts import Province
from province.findings import Finding
from province.ids import CommuneCode
from province.language import Message, message
from province.letters import compose_letters, lower_letters, plain_letters
from province.old_units import find_communes
from province.places import SiteKind

MOST_NEAR = 3
NEAR_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Known:
    """Something with a code that people also call by names.

    Parameters
    ----------
    code
        What files know it by.
    name
        What people read.
    others
        Further words by which it is asked for, such as the commune it lies in.
    is_lodging
        Whether only crews sleep there: a name means it where it means nothing else.
    """

    code: str
    name: str
    others: tuple[str, ...] = ()
    is_lodging: bool = False


def list_known(province: Province) -> tuple[Known, ...]:
    """Return the batches and places of a province, by code; a place is known by its commune too."""
    communes = province.commune_by_code
    found = [Known(batch.batch_id, batch.name) for batch in province.batches]
    for site in province.sites:
        commune = communes.get(site.commune_code)
        others = () if commune is None else (commune.name, commune.code)
        is_lodging = site.kind is SiteKind.LODGING
        found.append(Known(site.site_id, site.name, others, is_lodging))
    return tuple(sorted(found, key=lambda known: known.code))


def find_all(known: Iterable[Known], text: str) -> tuple[Known, ...]:
    """Return what is meant by a text: codes before names, whole names before parts of them.

    Upper and lower case and accents count as little as can be: what agrees with them comes first.
    """
    every = tuple(known)
    exact = tuple(one for one in every if one.code == compose_letters(text))
    if exact:
        return exact
    for fold in (lower_letters, plain_letters):
        wanted = fold(text)
        for does_fit in (_is_whole, _is_part):
            found = tuple(one for one in every if wanted and does_fit(one, wanted, fold))
            if found:
                return tuple(one for one in found if not one.is_lodging) or found
    return ()


WHERE = message("luanchuyen where lists the batches and where they are")


def find_one(
    known: Iterable[Known],
    text: str,
    *,
    file: str,
    column: str = "",
    expected: Message,
    advice: Message = WHERE,
) -> str:
    """Return the code of the one thing that is meant by a text.

    Parameters
    ----------
    file, column, expected
        Where it was looked for, and what, for the finding.
    advice
        What to do where no name is near.

    Raises
    ------
    InputError
        If nothing is meant by it (the nearest names are told), or several things are.
    """
    every = tuple(known)
    found = find_all(every, text)
    if len(found) == 1:
        return found[0].code
    told = (
        message("several have this name, take the code of one: {found}", found=_tell(found))
        if found
        else advise_near(every, text, advice)
    )
    raise InputError([Finding(file, None, column, text, expected, told)])


def find_commune(province: Province, text: str, *, file: str, column: str = "") -> CommuneCode:
    """Return the code of the commune that is meant by a name or code, of today or an old one.

    Parameters
    ----------
    file, column
        Where it was asked for, for the finding.

    Raises
    ------
    InputError
        If it is none, or may be several (the nearest names are told).
    """
    meaning = find_communes(text, None, province.communes, province.old_units)
    if meaning is not None and meaning.is_sure:
        return meaning.codes[0]
    communes = (Known(commune.code, commune.name) for commune in province.communes)
    expected = message("a commune, by code or name")
    advice = message("communes.geojson lists the communes")
    return CommuneCode(
        find_one(communes, text, file=file, column=column, expected=expected, advice=advice)
    )


def find_several(known: Iterable[Known], text: str) -> tuple[str, ...]:
    """Return the codes of everything that is meant by a text; raise InputError if nothing is."""
    every = tuple(known)
    found = find_all(every, text)
    if not found:
        expected = message("a batch or a library")
        raise InputError(
            [Finding("ledger", None, "", text, expected, advise_near(every, text, WHERE))]
        )
    return tuple(one.code for one in found)


def _is_whole(one: Known, wanted: str, fold: Callable[[str], str]) -> bool:
    return wanted in (fold(one.code), fold(one.name))


def _is_part(one: Known, wanted: str, fold: Callable[[str], str]) -> bool:
    """Whether the words stand in the name, or are another name."""
    return f" {wanted} " in f" {fold(one.name)} " or wanted in map(fold, one.others)


def _tell(found: Iterable[Known]) -> str:
    return ", ".join(
        one.code if one.name in ("", one.code) else f"{one.code} ({one.name})" for one in found
    )


def advise_near(every: Iterable[Known], text: str, otherwise: Message) -> Message:
    """Return the names that are nearest to a text as advice; other advice where none is near."""
    by_word: Mapping[str, Known] = {
        plain_letters(word): one for one in every for word in (one.code, one.name, *one.others)
    }
    near = difflib.get_close_matches(plain_letters(text), by_word, MOST_NEAR, NEAR_ENOUGH)
    found = list(dict.fromkeys(by_word[word] for word in near))
    if not found:
        return otherwise
    return message("nearest names: {found}", found=_tell(found))
