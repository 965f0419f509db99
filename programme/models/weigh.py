"""Which models need help, which are to be spread, and of which nothing may be said; and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from programme.evidence import twelve_months
from programme.measure import count_points
from programme.models.counted import Aspect, Presence, TallyBook
from programme.models.rates import RateRatio, Tally, compare_rates
from programme.models.units import (
    ServiceUnit,
    Surroundings,
    describe_surroundings,
    list_alike,
    list_units,
)
from province.dates import DateSpan, Month
from province.facts import Province
from province.model_settings import ModelSettings

WORK = (Aspect.USE, Aspect.PEOPLE, Aspect.ACTIVITIES)
"""Aspects by which a model is judged; turnover tells whether too few books explain few uses."""


EVEN = 0.5


class Judgement(StrEnum):
    """What is said of a model.

    `SPREAD`: surely better than in alike communes, in nothing surely worse, criteria met.
    `SOUND`: as in alike communes. `HELP`: surely less than in alike communes, and not for want of
    what the provincial library owed. `OWED`: the provincial library was not there enough, or
    brought too few books, for anything to be said against it. `NEW`: in its first months. `OPEN`:
    nothing sure can be said.
    """

    SPREAD = "spread"
    SOUND = "sound"
    HELP = "help"
    OWED = "owed"
    NEW = "new"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Weighed:
    """One aspect of one model.

    Parameters
    ----------
    tally, ratio
        What was counted, and its ratio to alike communes; None where nobody can say.
    is_low, is_high
        Whether it is surely less or more than there, as the settings say.
    is_poor
        Whether it is rather less than not.
    """

    aspect: Aspect
    tally: Tally
    ratio: RateRatio | None
    is_low: bool
    is_high: bool
    is_poor: bool


@dataclass(frozen=True, slots=True)
class WeighedModel:
    """A model or private library beside alike communes.

    Parameters
    ----------
    span
        Days that are looked at; None: all are days of grace.
    alike
        Keys of what it was compared with by its uses, or by what can be compared; where nothing can
        be, of what is most alike.
    points, points_needed, lacking
        Weights of criteria met and needed, names of those not met; of private libraries without a
        model nothing is asked.
    aspects
        By the order of `Aspect`.
    """

    unit: ServiceUnit
    judgement: Judgement
    place: Surroundings
    span: DateSpan | None
    alike: tuple[str, ...]
    presence: Presence | None
    aspects: tuple[Weighed, ...]
    points: float
    points_needed: float
    lacking: tuple[str, ...]

    def find(self, aspect: Aspect) -> Weighed | None:
        """Return one aspect; None in days of grace."""
        return next((one for one in self.aspects if one.aspect is aspect), None)

    @property
    def low(self) -> tuple[Weighed, ...]:
        """Aspects of its work that are surely less than elsewhere."""
        return tuple(one for one in self.aspects if one.is_low and one.aspect in WORK)

    @property
    def high(self) -> tuple[Weighed, ...]:
        """Aspects of its work that are surely more than elsewhere."""
        return tuple(one for one in self.aspects if one.is_high and one.aspect in WORK)

    @property
    def lacks_books(self) -> bool:
        """Whether few uses are a want of books: those that were there are read as elsewhere."""
        use, turnover = self.find(Aspect.USE), self.find(Aspect.TURNOVER)
        if use is None or turnover is None or turnover.ratio is None or not use.is_low:
            return False
        return not turnover.is_poor


@dataclass(frozen=True)
class Scales:
    """The libraries of a province arranged for comparing: made once, asked for many spans."""

    province: Province
    units: tuple[ServiceUnit, ...]
    places: Mapping[str, Surroundings]
    alike: Mapping[str, tuple[str, ...]]
    book: TallyBook

    @classmethod
    def of(cls, province: Province, on: date) -> "Scales":
        """Return the scales of a province on a day."""
        units = list_units(province, on)
        places = describe_surroundings(province, units) if units else {}
        alike = list_alike(province, units, places)
        return cls(province, units, places, alike, TallyBook(province))

    def tally(self, aspect: Aspect, span: DateSpan) -> dict[str, Tally]:
        """Return what was counted of every library within a span; days of grace do not count."""
        rules, found = self.province.settings.models, {}
        for unit in self.units:
            own = cut_grace(unit, span, rules) if unit.is_judged else span
            found[unit.key] = Tally() if own is None else self.book.tally(aspect, unit, own)
        return found

    def compare(self, aspect: Aspect, span: DateSpan) -> dict[str, tuple[Tally, RateRatio | None]]:
        """Return what was counted of each library, and its ratio to alike communes."""
        rules, tallies = self.province.settings.models, self.tally(aspect, span)
        ratios = compare_rates(
            tallies, self.alike, most_alike=rules.alike, least_alike=rules.least_alike
        )
        return {key: (tally, ratios.get(key)) for key, tally in tallies.items()}


def cut_grace(unit: ServiceUnit, span: DateSpan, rules: ModelSettings) -> DateSpan | None:
    """Return the days of a span after a library's days of grace, None if there is none."""
    if unit.since is None:
        return span
    month = Month.of(unit.since).plus(rules.grace_months)
    first = month.last_day.replace(day=min(unit.since.day, month.last_day.day))
    return None if first > span.last else DateSpan(max(first, span.first), span.last)


def weigh_models(scales: Scales, on: date) -> tuple[WeighedModel, ...]:
    """Return every model and private library on a day, by key, never by rank."""
    span = twelve_months(on)
    compared = {aspect: scales.compare(aspect, span) for aspect in Aspect}
    return tuple(
        _weigh(scales, unit, on, {aspect: compared[aspect][unit.key] for aspect in Aspect})
        for unit in scales.units
        if unit.is_judged
    )


def _weigh(
    scales: Scales,
    unit: ServiceUnit,
    on: date,
    compared: Mapping[Aspect, tuple[Tally, RateRatio | None]],
) -> WeighedModel:
    province, rules = scales.province, scales.province.settings.models
    span = cut_grace(unit, twelve_months(on), rules)
    presence = None if span is None else scales.book.look_for(unit, span)
    aspects = tuple(_weigh_aspects(compared, presence, rules)) if span is not None else ()
    met = set() if unit.model is None else {c.criterion_id for c in unit.model.criteria
                                            if c.since <= on}  # fmt: skip
    points = 0.0 if unit.model is None else count_points(unit.model, province.settings, on)
    needed = 0.0 if unit.model is None else province.settings.targets.points_needed
    weighed = WeighedModel(
        unit=unit,
        judgement=Judgement.NEW,
        place=scales.places[unit.key],
        span=span,
        alike=next(
            (one.ratio.alike for one in aspects if one.ratio), scales.alike[unit.key][: rules.alike]
        ),
        presence=presence,
        aspects=aspects,
        points=points,
        points_needed=needed,
        lacking=() if unit.model is None else tuple(
            one.name for one in province.settings.criteria if one.id not in met
        ),
    )  # fmt: skip
    return replace(weighed, judgement=judge(weighed, rules))


def _weigh_aspects(
    compared: Mapping[Aspect, tuple[Tally, RateRatio | None]],
    presence: Presence | None,
    rules: ModelSettings,
) -> Iterator[Weighed]:
    for aspect, (tally, ratio) in compared.items():
        by_loans = aspect in (Aspect.USE, Aspect.TURNOVER)
        if by_loans and (presence is None or presence.counted < rules.least_counted_days):
            ratio = None
        yield Weighed(
            aspect, tally, ratio,
            is_low=ratio is not None and ratio.chance_below(rules.weak_below) >= rules.sure,
            is_high=ratio is not None and ratio.chance_above(rules.strong_above) >= rules.sure,
            is_poor=ratio is not None and ratio.chance_below(rules.weak_below) >= EVEN,
        )  # fmt: skip


def judge(weighed: WeighedModel, rules: ModelSettings) -> Judgement:
    """Return what is said of a model.

    What the provincial library owed and did not bring never speaks against it; what a library did
    all the same speaks for it.
    """
    if weighed.span is None or weighed.presence is None:
        return Judgement.NEW
    low = [one for one in weighed.low if one.aspect is not Aspect.USE or not weighed.lacks_books]
    if weighed.high and not low and weighed.points >= weighed.points_needed:
        return Judgement.SPREAD
    reached = weighed.presence.reached
    if reached is not None and reached < rules.least_reached:
        return Judgement.OWED
    if low:
        return Judgement.HELP
    if weighed.lacks_books:
        return Judgement.OWED
    use = weighed.find(Aspect.USE)
    is_known = use is not None and use.ratio is not None
    return Judgement.SOUND if is_known else Judgement.OPEN


def list_by(models: Sequence[WeighedModel], judgement: Judgement) -> tuple[WeighedModel, ...]:
    """Return the models of which one thing is said, in their order."""
    return tuple(one for one in models if one.judgement is judgement)


def list_year_before(day: date) -> DateSpan:
    """Return the twelve months before a day."""
    return twelve_months(day - timedelta(days=1))
