"""What could be done for a model, from what the tables say is there."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from programme.evidence import twelve_months
from programme.models.counted import Aspect
from programme.models.units import ServiceUnit
from programme.models.weigh import Judgement, Scales, WeighedModel
from province.crow import measure_crow_m
from province.dates import DateSpan
from province.days import first_days
from province.ids import CategoryId
from province.language import Message, join_words, message
from province.places import Site, SiteKind
from province.programme_facts import Gift, Partner, RemedyKind
from province.row_refs import RowRef

JOINABLE = (
    SiteKind.CULTURE_CENTRE, SiteKind.LEARNING_CENTRE, SiteKind.SCHOOL, SiteKind.POST_OFFICE,
    SiteKind.CLIENT_CENTRE, SiteKind.COMMUNE_LIBRARY, SiteKind.BORDER_POST, SiteKind.LEGAL_BOOKCASE,
)  # fmt: skip
"""Kinds of sites that a model may be joined with, those that bring most people first."""

MOST_OF_A_KIND = 2
LESS_THAN_HALF = 0.5
LEAST_SHARE = 0.05
"""Share of the books in alike communes that a category must have to be spoken of."""

LEAST_READ = 1.2
"""How many times as much as all books a category is read in alike communes to be sent more of."""

GIFT_NAMES: dict[Gift, Message] = {
    Gift.PEOPLE: message("helpers"),
    Gift.VEHICLE: message("a vehicle"),
    Gift.ROOM: message("a room"),
    Gift.BOOKS: message("books"),
    Gift.MONEY: message("money"),
}
"""What people read for each gift."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that could be done, with the rows that it follows from."""

    kind: RemedyKind
    text: Message
    rows: tuple[RowRef, ...] = ()


def suggest_remedies(scales: Scales, weighed: WeighedModel, on: date) -> tuple[Suggestion, ...]:
    """Return what could be done for a model that needs help, or is owed something."""
    if weighed.judgement not in (Judgement.HELP, Judgement.OWED):
        return tuple(_suggest_criteria(scales, weighed))
    low = {one.aspect for one in weighed.low}
    turnover = weighed.find(Aspect.TURNOVER)
    found = list(_suggest_visits(weighed))
    if Aspect.USE in low or Aspect.PEOPLE in low:
        found += _suggest_joining(scales, weighed.unit)
    if Aspect.USE in low:
        found += _suggest_hours(scales, weighed, on)
        if turnover is not None and (turnover.is_low or turnover.is_poor):
            found += _suggest_books(scales, weighed, on)
    if weighed.judgement is Judgement.HELP:
        found += _suggest_partners(scales, weighed.unit, on)
        found += _suggest_training(scales, weighed.unit, on)
    found += _suggest_criteria(scales, weighed)
    if not found:
        text = message("the tables name nothing: look at it on the spot, with the commune")
        found.append(Suggestion(RemedyKind.OTHER, text))
    return tuple(found)


def _suggest_visits(weighed: WeighedModel) -> Iterator[Suggestion]:
    """Yield what the provincial library owes before anything else."""
    presence = weighed.presence
    if presence is None or weighed.judgement is not Judgement.OWED:
        return
    if presence.promised and presence.with_books < presence.promised:
        text = message(
            "bring books: they stood there on {days} of {promised} days on which they were "
            "promised, and {failed} planned tasks did not take place",
            days=presence.with_books, promised=presence.promised, failed=presence.failed,
        )  # fmt: skip
        yield Suggestion(RemedyKind.VISITS, text)
    if weighed.lacks_books:
        text = message("bring more books: those that were there are read as much as elsewhere")
        yield Suggestion(RemedyKind.VISITS, text)


def _suggest_joining(scales: Scales, unit: ServiceUnit) -> Iterator[Suggestion]:
    """Yield institutions of the commune that the model does not pool yet, the best first."""
    own = {site.site_id for site in unit.sites}
    there = [
        site for site in scales.province.sites
        if site.commune_code == unit.commune.code and site.kind in JOINABLE
        and site.site_id not in own
    ]  # fmt: skip
    there.sort(key=lambda s: (JOINABLE.index(s.kind), _away_m(s, unit), s.site_id))
    for site in there[:MOST_OF_A_KIND]:
        people = site.students or site.population
        text = message(
            "combine it with {site}, {km} km away, {people} people or pupils",
            site=site.name, km=round(_away_m(site, unit) / 1000, 1), people=people,
        )  # fmt: skip
        row = scales.province.refer("libraries.csv", site.site_id)
        yield Suggestion(RemedyKind.COMBINE, text, (row,))


def _away_m(site: Site, unit: ServiceUnit) -> float:
    return min(measure_crow_m((site.lon, site.lat), (one.lon, one.lat)) for one in unit.sites)


def _suggest_hours(scales: Scales, weighed: WeighedModel, on: date) -> Iterator[Suggestion]:
    """Yield other hours where alike communes are open when this one is not, or far shorter."""
    week, late = _count_hours(scales, weighed.unit, on)
    others = [_count_hours(scales, unit, on) for unit in _list_alike(scales, weighed)]
    others = [one for one in others if one[0]]
    if not week or not others:
        return
    num_late = sum(two > 0 for _, two in others)
    rows = tuple(scales.province.refer("libraries.csv", s.site_id) for s in weighed.unit.sites)
    if not late and 2 * num_late >= len(others):
        text = message(
            "open in an evening or at a weekend: now never, {num} of {all} alike communes do",
            num=num_late, all=len(others),
        )  # fmt: skip
        yield Suggestion(RemedyKind.HOURS, text, rows)
    usual = median(one for one, _ in others)
    if week > usual:
        text = message(
            "ask when readers come: it is open {hours} hours a week, alike communes {usual}",
            hours=round(week, 1), usual=round(usual, 1),
        )  # fmt: skip
        yield Suggestion(RemedyKind.HOURS, text, rows)


def _count_hours(scales: Scales, unit: ServiceUnit, on: date) -> tuple[float, float]:
    """Return the open hours of one of its sites in a week, and those in evenings, on average."""
    span = twelve_months(on)
    found = [scales.book.count_week_hours(site, span) for site in unit.sites]
    told = [one for one in found if one[0]]
    count = max(1, len(told))
    return math.fsum(one for one, _ in told) / count, math.fsum(late for _, late in told) / count


def _list_alike(scales: Scales, weighed: WeighedModel) -> list[ServiceUnit]:
    by_key = {unit.key: unit for unit in scales.units}
    return [by_key[key] for key in weighed.alike]


def _suggest_books(scales: Scales, weighed: WeighedModel, on: date) -> Iterator[Suggestion]:
    """Yield categories that alike communes read most and of which few books stood here.

    Read most: uses of a book in a month at least `LEAST_READ` times those of all books there. Few:
    less than half the share that they have of the books there.
    """
    span = twelve_months(on)
    mine, _ = _count_categories(scales, [weighed.unit], weighed.span or span)
    theirs, uses = _count_categories(scales, _list_alike(scales, weighed), span)
    here, there, read = (math.fsum(one.values()) for one in (mine, theirs, uses))
    if not here or not there or not read:
        return
    wanted = [
        (uses[category] / theirs[category], category)
        for category in theirs
        if theirs[category] >= LEAST_SHARE * there
        and uses[category] / theirs[category] >= LEAST_READ * read / there
        and mine[category] / here < LESS_THAN_HALF * theirs[category] / there
    ]
    names = scales.province.category_by_id
    for _, category in sorted(wanted, key=lambda one: (-one[0], one[1]))[:MOST_OF_A_KIND]:
        text = message(
            "send more of {category}: {mine} % of the books here, {theirs} % in alike communes, "
            "where it is read much",
            category=names[category].name or category,
            mine=round(100 * mine[category] / here),
            theirs=round(100 * theirs[category] / there),
        )  # fmt: skip
        yield Suggestion(RemedyKind.BOOKS, text, (RowRef("province.toml", category),))


def _count_categories(
    scales: Scales, units: Sequence[ServiceUnit], span: DateSpan
) -> tuple[defaultdict[CategoryId, float], defaultdict[CategoryId, float]]:
    """Return book-days and uses by category."""
    stood: defaultdict[CategoryId, float] = defaultdict(float)
    uses: defaultdict[CategoryId, float] = defaultdict(float)
    batches = scales.province.batch_by_id
    sites = {site.site_id for unit in units for site in unit.sites}
    for unit in units:
        for stay, days in scales.book.list_stays_of(unit, span):
            batch = batches.get(stay.batch_id)
            for category, books in () if batch is None else batch.books_by_category:
                stood[category] += books * days
    for loan in scales.province.loans:
        if loan.site_id in sites and loan.day in span:
            uses[loan.category_id] += loan.uses
    return stood, uses


def _suggest_partners(scales: Scales, unit: ServiceUnit, on: date) -> Iterator[Suggestion]:
    """Yield partners who help on the day, those of the commune before those everywhere."""
    there = [
        one for one in scales.province.programme.partners
        if one.commune_code in (None, unit.commune.code)
        and (one.from_date or on) <= on <= (one.until or on)
    ]  # fmt: skip
    there.sort(key=lambda one: (one.commune_code is None, one.partner_id))
    for partner in there[:MOST_OF_A_KIND]:
        row = scales.province.refer("partners.csv", partner.partner_id)
        yield Suggestion(RemedyKind.PARTNER, _tell_partner(partner), (row,))


def _tell_partner(partner: Partner) -> Message:
    gifts = join_words(GIFT_NAMES[gift] for gift in partner.gives)
    if partner.until is None:
        return message("ask {partner}, who gives {gifts}", partner=partner.name, gifts=gifts)
    return message(
        "ask {partner}, who gives {gifts}, until {day}",
        partner=partner.name, gifts=gifts, day=partner.until.isoformat(),
    )  # fmt: skip


def _suggest_training(scales: Scales, unit: ServiceUnit, on: date) -> Iterator[Suggestion]:
    """Yield the next course where people of its sites are not trained."""
    own = {site.site_id for site in unit.sites}
    staff = [one for one in scales.province.programme.staff
             if one.site_id in own and one.works(on)]  # fmt: skip
    untrained = [
        one for one in staff
        if one.people > (one.trained if one.trained_date and one.trained_date <= on else 0)
    ]  # fmt: skip
    if not untrained:
        return
    ahead = DateSpan(on, date(on.year + 1, 12, 31))
    coming = [
        (days[0], course)
        for course in scales.province.programme.courses
        if (days := first_days(course, ahead))
    ]
    rows = tuple(scales.province.refer("staff.csv", one.staff_id) for one in untrained)
    if not coming:
        yield Suggestion(RemedyKind.TRAINING, message("train who works there: no course is "
                                                      "planned"), rows)  # fmt: skip
        return
    day, course = min(coming, key=lambda one: (one[0], one[1].course_id))
    text = message(
        "train who works there: {course} on {day}", course=course.name, day=day.isoformat()
    )
    row = scales.province.refer("courses.csv", course.course_id)
    yield Suggestion(RemedyKind.TRAINING, text, (*rows, row))


def _suggest_criteria(scales: Scales, weighed: WeighedModel) -> Iterator[Suggestion]:
    """Yield the criteria that lack where too few are met."""
    if weighed.unit.model is None or weighed.points >= weighed.points_needed:
        return
    text = message(
        "meet the criteria that lack ({points} of {needed} points): {criteria}",
        points=f"{weighed.points:g}", needed=f"{weighed.points_needed:g}",
        criteria=", ".join(weighed.lacking) or "–",
    )  # fmt: skip
    row = scales.province.refer("models.csv", weighed.unit.model.model_id)
    yield Suggestion(RemedyKind.CRITERION, text, (row,))
