"""Finds the road that a planner names: a segment by its id or name, or a kilometre of a road."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from province.cells import parse_post
from province.errors import InputError
from province.facts import Province
from province.find_name import Known, find_all, find_one
from province.findings import CellError, Findings
from province.ids import SegmentId
from province.language import message
from province.letters import plain_letters

FILE = "closures.csv"
BETWEEN = ".."
NEAR_KM = 0.01
"""One post is a point of the road, and so much of it on either side (`roads.closures`)."""

POSTS_KM = 0.1
"""Segments of a road whose posts differ by no more are told as one: posts are rounded."""


@dataclass(frozen=True, slots=True)
class NamedRoad:
    """What `closures.csv` calls a road: a segment, or a road number with posts in kilometres."""

    segment_id: SegmentId | None = None
    ref: str = ""
    km_from: float | None = None
    km_to: float | None = None

    @property
    def words(self) -> tuple[str, str]:
        """The name and the posts, as they are given on a line; "" for no posts."""
        posts = [write_post(post) for post in (self.km_from, self.km_to) if post is not None]
        return self.segment_id or self.ref, BETWEEN.join(posts)


def find_road(province: Province, name: str, km: str | None) -> NamedRoad:
    """Return the road that is meant by a name and perhaps a kilometre of it.

    Parameters
    ----------
    km
        A post such as ``44.125`` or ``44+125``, or two of them with ``..`` between.

    Raises
    ------
    InputError
        If no road is meant, or several, or the road has no such kilometre.
    """
    segments, roads = province.segment_by_id, list_roads(province)
    if km is None:
        code = find_one(
            roads,
            _settle(roads, name),
            file=FILE,
            expected=message("a road number, or the id or name of a segment"),
            advice=message("luanchuyen roads show draws the roads, each with its number and id"),
        )
        is_segment = SegmentId(code) in segments
        return NamedRoad(segment_id=SegmentId(code)) if is_segment else NamedRoad(ref=code)
    posts = parse_posts(km)
    first, last = posts[0], posts[-1]
    meant = [known.code for known in find_meant(roads, name)]
    refs = {segments[SegmentId(c)].ref if SegmentId(c) in segments else c for c in meant} - {""}
    holding = {ref for ref in refs if _has_posts(province, ref, first, last)}
    if len(holding) != 1:
        _refuse_posts(province, name, km, refs)
    return NamedRoad(ref=holding.pop(), km_from=first, km_to=last if len(posts) > 1 else None)


def list_roads(province: Province) -> tuple[Known, ...]:
    """Return the roads by their numbers, and the segments by their ids and names."""
    refs = sorted({segment.ref for segment in province.segments if segment.ref})
    numbers = (Known(ref, ref, (_squeeze(ref),)) for ref in refs)
    return (*numbers, *(Known(s.segment_id, s.name) for s in province.segments))


def find_meant(known: tuple[Known, ...], name: str) -> tuple[Known, ...]:
    """Return what is meant by a name; ``dt 101`` means ``ĐT.101`` where nothing is called so."""
    return find_all(known, _settle(known, name))


def _settle(known: tuple[Known, ...], name: str) -> str:
    """Return a name, or its letters and digits where they alone mean something."""
    is_squeezed = not find_all(known, name) and find_all(known, _squeeze(name))
    return _squeeze(name) if is_squeezed else name


def _squeeze(name: str) -> str:
    """Return plain letters and digits alone."""
    return re.sub(r"\W", "", plain_letters(name))


def parse_posts(text: str) -> tuple[float, ...]:
    """Return one kilometre post or two; raise InputError for anything else.

    On a line a comma or a point is that of a decimal: ``4.125`` is no thousands.
    """
    posts = []
    for part in text.split(BETWEEN, 1):
        plain = part.strip()
        try:
            decimal = re.fullmatch(r"\d{1,5}[.,]\d+", plain)
            post = float(plain.replace(",", ".")) if decimal else parse_post(plain)
        except CellError as error:
            findings = Findings()
            findings.at(FILE, None, "km_from").refuse(text, error)
            raise InputError(findings.faults) from error
        posts.append(round(post, 3))
    return tuple(posts)


def write_post(km: float) -> str:
    """Return a kilometre post as it stands on the road: ``44+125``, or ``44``."""
    whole, metres = divmod(round(km * 1000), 1000)
    return f"{whole}+{metres:03d}" if metres else str(whole)


def _list_posts(province: Province, ref: str) -> list[tuple[float, float]]:
    """Return from which post to which each segment of a road goes, by post."""
    return sorted(
        (segment.km_from, segment.km_from + segment.length_m / 1000)
        for segment in province.segments
        if segment.ref == ref and segment.km_from is not None and segment.length_m > 0
    )


def _join_posts(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return spans of posts joined where they meet, as far as posts are exact."""
    joined: list[tuple[float, float]] = []
    for first, last in spans:
        if joined and first <= joined[-1][1] + POSTS_KM:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return joined


def _has_posts(province: Province, ref: str, first: float, last: float) -> bool:
    return any(
        begin < last + NEAR_KM and first - NEAR_KM < end
        for begin, end in _list_posts(province, ref)
    )


def _refuse_posts(province: Province, name: str, km: str, refs: set[str]) -> None:
    """Raise InputError for a name that is no road's, or for posts that no road or several have."""
    if not refs:
        find_one(
            list_roads(province),
            name,
            file=FILE,
            expected=message("a road with a number, as kilometres are counted along it"),
            advice=message("luanchuyen roads show draws the roads, each with its number and id"),
        )
    told = {ref: _join_posts(_list_posts(province, ref)) for ref in sorted(refs)}
    posts = "; ".join(
        f"{ref} {', '.join(f'{write_post(a)}{BETWEEN}{write_post(b)}' for a, b in spans)}"
        for ref, spans in told.items()
        if spans
    )
    raise InputError.of(
        FILE, "km_from", km,
        expected=message("a kilometre of one road: {posts}", posts=posts or "-"),
        advice=message("correct it, or name the segment by its id and no kilometre"),
    )  # fmt: skip
