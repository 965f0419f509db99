"""Says of a model what was counted, what is usual elsewhere, and how sure it is, in sentences."""

import math
from collections.abc import Iterator

from programme.models.counted import Aspect
from programme.models.rates import RateRatio
from programme.models.review import ReviewedModel
from programme.models.sequels import AspectChange, Sequel
from programme.models.units import Surroundings
from programme.models.weigh import Judgement, Weighed, WeighedModel
from province.facts import Province
from province.language import Message, join_words, message

JUDGEMENT_NAMES: dict[Judgement, Message] = {
    Judgement.SPREAD: message("works more than in alike communes: worth spreading"),
    Judgement.SOUND: message("works as in alike communes"),
    Judgement.HELP: message("needs help"),
    Judgement.OWED: message("first the provincial library's turn"),
    Judgement.NEW: message("in its first months"),
    Judgement.OPEN: message("nothing sure can be said"),
}
"""What people read for each judgement."""

ASPECT_NAMES: dict[Aspect, Message] = {
    Aspect.USE: message("uses in 100 open hours"),
    Aspect.TURNOVER: message("uses of 100 books in a month"),
    Aspect.PEOPLE: message("people at activities where 100 are usual"),
    Aspect.ACTIVITIES: message("activities of its own in a year"),
}
"""What people read for each aspect."""

SCALE: dict[Aspect, float] = {
    Aspect.USE: 100, Aspect.TURNOVER: 100, Aspect.PEOPLE: 100, Aspect.ACTIVITIES: 12,
}  # fmt: skip
"""By what a rate is multiplied when it is told."""

BETTER, WORSE = 0.9, 0.1
"""Probabilities from which on something is better or worse than before."""


def list_reasons(province: Province, reviewed: ReviewedModel) -> Iterator[Message]:
    """Yield everything that is said of a model but suggestions: aspects first, then what came."""
    weighed = reviewed.weighed
    if weighed.judgement is Judgement.NEW:
        yield message(
            "nothing is held for or against it in its first {months} months",
            months=province.settings.models.grace_months,
        )
    for one in weighed.aspects:
        yield tell_aspect(province, weighed, one)
    if weighed.presence is not None:
        yield tell_presence(weighed)
    if weighed.lacks_books:
        yield message("few books stood there for its open hours; those that did were read")
    if weighed.unit.model is not None and province.settings.criteria:
        yield message(
            "{points} of {needed} points of the criteria; it lacks: {criteria}",
            points=f"{weighed.points:g}", needed=f"{weighed.points_needed:g}",
            criteria=", ".join(weighed.lacking) or "–",
        )  # fmt: skip
    if weighed.unit.is_private:
        yield message("a private library that serves the community")


def tell_aspect(province: Province, weighed: WeighedModel, one: Weighed) -> Message:
    """Return what was counted of one aspect beside alike communes, or why nothing is compared."""
    name = ASPECT_NAMES[one.aspect]
    if one.ratio is None:
        return message("{aspect}: {why}", aspect=name, why=_tell_why_not(province, weighed, one))
    text = tell_ratio(one.aspect, one.ratio)
    rules = province.settings.models
    if one.is_low:
        chance = round(100 * one.ratio.chance_below(rules.weak_below))
        text = message("{text}: less, {chance} in 100 sure", text=text, chance=min(chance, 99))
    elif one.is_high:
        chance = round(100 * one.ratio.chance_above(rules.strong_above))
        text = message("{text}: more, {chance} in 100 sure", text=text, chance=min(chance, 99))
    return message("{aspect}: {why}", aspect=name, why=text)


def tell_ratio(aspect: Aspect, ratio: RateRatio) -> Message:
    """Return both rates and their ratio with the limits of eight cases in ten."""
    return message(
        "{own}, in {count} alike communes {alike}; {ratio} times as much ({low} to {high})",
        own=show_rate(ratio.rate * SCALE[aspect]), count=len(ratio.alike),
        alike=show_rate(ratio.alike_rate * SCALE[aspect]),
        ratio=round(ratio.ratio, 2), low=round(ratio.low, 2), high=round(ratio.high, 2),
    )  # fmt: skip


def show_rate(rate: float) -> float | int:
    """Return a rate as it is told: three figures are enough."""
    return round(rate) if rate >= 10 else round(rate, 1)


def _tell_why_not(province: Province, weighed: WeighedModel, one: Weighed) -> Message:
    rules, presence = province.settings.models, weighed.presence
    if one.aspect in (Aspect.USE, Aspect.TURNOVER):
        if presence is not None and presence.counted < rules.least_counted_days:
            return message(
                "counted over {days} days only, {least} are needed",
                days=presence.counted, least=rules.least_counted_days,
            )  # fmt: skip
        if one.tally.exposure == 0 and one.aspect is Aspect.USE:
            return message("no opening hours are written down")
        if one.tally.exposure == 0:
            return message("the ledger tells of no books there")
    elif one.tally.exposure == 0 and one.aspect is Aspect.PEOPLE:
        return message("nobody counted any: unknown, not none")
    elif one.tally.exposure == 0:
        return message("none was ever written down: unknown, not none")
    return message("fewer than {count} alike communes were counted", count=rules.least_alike)


def tell_presence(weighed: WeighedModel) -> Message:
    """Return how far the provincial library was there."""
    presence = weighed.presence
    if presence is None:
        return Message("")
    came = message(
        "{exchanges} batches came, {sessions} sessions were held, {failed} planned tasks did not "
        "take place",
        exchanges=presence.exchanges, sessions=presence.sessions, failed=presence.failed,
    )  # fmt: skip
    if not presence.promised:
        return message("no books of the provincial library were promised; {came}", came=came)
    return message(
        "books of the provincial library stood there on {days} of {promised} days promised, "
        "{titles} titles; {came}",
        days=presence.with_books, promised=presence.promised, titles=presence.titles, came=came,
    )  # fmt: skip


def tell_place(place: Surroundings) -> Message:
    """Return what makes its place like others."""
    words = [message("{people} people in reach", people=place.people)]
    if math.isfinite(place.minutes):
        words.append(message("{minutes} minutes from the depot", minutes=round(place.minutes)))
    else:
        words.append(message("no road leads there"))
    if place.is_border:
        words.append(message("at the border"))
    if place.is_ward:
        words.append(message("a ward"))
    if place.reads_other:
        words.append(message("reads in other languages too"))
    return join_words(words)


def tell_sequel(sequel: Sequel) -> Message:
    """Return what became of something that was decided."""
    remedy = sequel.remedy
    if not sequel.is_done:
        return message(
            "{day}: {what}: not carried out yet", day=remedy.day.isoformat(), what=remedy.what
        )
    done = (remedy.done_date or remedy.day).isoformat()
    if not sequel.changes:
        return message(
            "{day}: {what}: carried out on {done}; too little was counted before or since to tell",
            day=remedy.day.isoformat(), what=remedy.what, done=done,
        )  # fmt: skip
    return message(
        "{day}: {what}: carried out on {done}; {changes}",
        day=remedy.day.isoformat(), what=remedy.what, done=done,
        changes=join_words(_tell_change(one) for one in sequel.changes),
    )  # fmt: skip


def _tell_change(change: AspectChange) -> Message:
    values: dict[str, Message | float] = {
        "aspect": ASPECT_NAMES[change.aspect],
        "before": round(change.before.ratio, 2),
        "since": round(change.since.ratio, 2),
        "chance": min(99, round(100 * max(change.chance_better, 1 - change.chance_better))),
    }
    if change.chance_better >= BETTER:
        return message(
            "{aspect} against alike communes {before} before, {since} since: better, {chance} in "
            "100 sure", **values,
        )  # fmt: skip
    if change.chance_better <= WORSE:
        return message(
            "{aspect} against alike communes {before} before, {since} since: less, {chance} in "
            "100 sure", **values,
        )  # fmt: skip
    del values["chance"]
    return message(
        "{aspect} against alike communes {before} before, {since} since: may be chance", **values
    )
