"""What became of what was decided for a model: its ratio to alike communes before, and since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from programme.models.counted import Aspect
from programme.models.rates import RateRatio
from programme.models.weigh import WORK, Scales, list_year_before
from province.dates import DateSpan
from province.programme_facts import Remedy


@dataclass(frozen=True, slots=True)
class AspectChange:
    """One aspect before a remedy was carried out and since, and whether it is surely otherwise."""

    aspect: Aspect
    before: RateRatio
    since: RateRatio
    chance_better: float


@dataclass(frozen=True, slots=True)
class Sequel:
    """A remedy and what came of it; no change where too little was counted, or it is not done."""

    remedy: Remedy
    is_done: bool
    changes: tuple[AspectChange, ...]


def follow_remedies(scales: Scales, key: str, on: date) -> tuple[Sequel, ...]:
    """Return what became of everything that was decided for a model until a day, by day.

    Before: the twelve months until the remedy was carried out. Since: from then until `on`. Both
    are held against alike communes, so that what changed for all is not taken for its doing.
    """
    own = [
        one for one in scales.province.programme.remedies if one.model_id == key and one.day <= on
    ]
    return tuple(
        _follow(scales, one, on) for one in sorted(own, key=lambda r: (r.day, r.remedy_id))
    )


def _follow(scales: Scales, remedy: Remedy, on: date) -> Sequel:
    done = remedy.done_date
    if done is None or done > on:
        return Sequel(remedy, False, ())
    return Sequel(remedy, True, tuple(_list_changes(scales, remedy.model_id, done, on)))


def _list_changes(scales: Scales, key: str, done: date, on: date) -> Iterator[AspectChange]:
    unit = next((one for one in scales.units if one.key == key), None)
    rules = scales.province.settings.models
    earlier, later = list_year_before(done), DateSpan(done, on)
    for aspect in WORK if unit is not None else ():
        if unit is not None and aspect is Aspect.USE:
            counted = [scales.book.look_for(unit, span).counted for span in (earlier, later)]
            if min(counted) < rules.least_counted_days:
                continue
        before, since = (scales.compare(aspect, span)[key][1] for span in (earlier, later))
        if before is not None and since is not None:
            yield AspectChange(aspect, before, since, since.chance_more_than(before))
