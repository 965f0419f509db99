"""What recorded times teach, as rows and sentences."""

from collections.abc import Iterator
from typing import Any

from planning.learning.propose import Learnt, Lesson, Subject, Surety
from province.language import Language, Message, mark, message, translate
from province.roads import RoadClass

WHATS = {
    Subject.CLASS: mark("speed on roads"),
    Subject.ROAD: mark("speed on one road"),
    Subject.EVERYWHERE: mark("minutes of exchanges, everywhere"),
    Subject.SITE: mark("minutes of exchanges"),
}
"""What people read for what a factor multiplies."""

CLASSES = {
    RoadClass.NATIONAL: mark("national roads"),
    RoadClass.PROVINCIAL: mark("provincial roads"),
    RoadClass.DISTRICT: mark("district roads"),
    RoadClass.COMMUNE: mark("commune roads"),
    RoadClass.URBAN: mark("urban roads"),
    RoadClass.TRACK: mark("tracks"),
}
"""What people read for the road classes of which anything is learnt."""

SURETIES = {
    Surety.SURE: mark("differs for sure"),
    Surety.LIKELY: mark("differs, likely"),
    Surety.UNSURE: mark("no sure difference"),
    Surety.TOO_FEW: mark("too few"),
}
"""What people read for how sure a factor differs from the one in force."""


def tabulate_lesson(lesson: Lesson, language: Language | None = None) -> list[dict[str, Any]]:
    """Return a row for each factor: in force, as the times have it, proposed, and how sure.

    Parameters
    ----------
    language
        Of the words, for people, who are spared sites with too few visits; None: every row, with
        values of `Subject`, road classes and values of `Surety`.
    """
    rows = [_tabulate(one, language) for one in (*lesson.classes, *lesson.roads)]
    if lesson.sites:
        rows.append(_tabulate(lesson.everywhere, language))
    shown = lesson.sites if language is None else _list_known(lesson)
    return rows + [_tabulate(one, language) for one in shown]


def _list_known(lesson: Lesson) -> list[Learnt]:
    return [one for one in lesson.sites if one.surety is not Surety.TOO_FEW]


def _tabulate(one: Learnt, language: Language | None) -> dict[str, Any]:
    what, about, surety = str(one.subject), str(one.about), str(one.surety)
    if language is not None:
        what = translate(WHATS[one.subject], language)
        surety = translate(SURETIES[one.surety], language)
        if one.subject is Subject.CLASS:
            about = f"{translate(CLASSES[RoadClass(about)], language)} ({about})"
    return {
        mark("what"): what,
        mark("where"): about,
        mark("factor now"): one.now,
        mark("observed"): round(one.seen, 2),
        mark("corrected"): round(one.believed, 2),
        mark("±"): round(one.sd, 2),
        mark("how sure"): surety,
        mark("how many"): one.count,
        mark("proposed"): one.proposed,
    }


def tell_lesson(lesson: Lesson) -> Iterator[Message]:
    """Yield what the rows do not say: what was left out, what is missing, what is proposed."""
    if not lesson.num_trips:
        yield message("no results are recorded yet: nothing can be learnt")
        return
    if not lesson.seen.legs and not lesson.seen.visits and not lesson.seen.stretches:
        yield message(
            "{count} trips have results, but no two times that belong together: crews write them "
            "into the columns arrived and departed of the result sheets",
            count=lesson.num_trips,
        )
    if lesson.seen.legs:
        yield message(
            "beside driving, a leg took {minutes} min (±{sd}) against the breaks, ferries and "
            "buffer that are planned",
            minutes=f"{lesson.beside_min:+.0f}",
            sd=round(lesson.beside_sd),
        )
    if lesson.roads:
        yield message(
            "a factor of one road multiplies that of its class, as it will be once all that is "
            "proposed is written"
        )
    if num_few := len(lesson.sites) - len(_list_known(lesson)):
        yield message(
            "{count} sites have too few recorded exchanges to say anything: --json lists them",
            count=num_few,
        )
    if lesson.seen.num_unlikely:
        yield message(
            "{count} legs and visits took so long, or so short, that they are left out",
            count=lesson.seen.num_unlikely,
        )
    if lesson.seen.num_unknown:
        yield message(
            "{count} legs are left out: their roads or vehicles are not in the folder any more",
            count=lesson.seen.num_unknown,
        )
    if not lesson.proposals:
        yield message("nothing differs so much, and so surely, that a factor is proposed")
