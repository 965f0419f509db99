"""What lacks where, so that a goal would be nearer."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from programme.evidence import Evidence
from programme.measure import GoalQuestion, count_points, is_model, list_lacking_forms
from province.ids import SiteId
from province.language import Message, join_words, message
from province.programme_facts import Form, LibraryModel

FORM_NAMES: dict[Form, Message] = {
    Form.CIRCULATION: message("book rotation"),
    Form.MOBILE: message("mobile service"),
    Form.ONLINE: message("online service"),
    Form.PROMOTION: message("reading promotion"),
}
"""What people read for each form."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What lacks at one place, the nearest to the goal first."""

    about: str
    text: Message


def list_shortfalls(question: GoalQuestion) -> Iterable[Shortfall]:
    """Return what lacks at places, the nearest to the goal first."""
    if question.goal.counts == "models":
        return _list_missing_models(question)
    if question.goal.counts == "libraries":
        return _list_missing_forms(question)
    if question.goal.counts == "staff":
        return _list_untrained(question)
    return ()


def _list_missing_models(question: GoalQuestion) -> Iterable[Shortfall]:
    """Return communes with a model that does not count yet, those with the most points first."""
    settings = question.province.settings
    have = {
        model.commune_code for model in question.yardstick.list_models(question.scope, question.on)
    }
    codes = {commune.code for commune in question.yardstick.communes[question.scope]}
    begun = [
        (-count_points(model, settings, question.on), model)
        for model in question.province.programme.models
        if model.commune_code in codes - have
        and not is_model(model, settings, question.on)
        and (model.closed is None or model.closed > question.on)
    ]
    for points, model in sorted(begun, key=lambda pair: (pair[0], pair[1].model_id)):
        yield Shortfall(model.commune_code, _tell_model(model, -points, question))


def _tell_model(model: LibraryModel, points: float, question: GoalQuestion) -> Message:
    settings = question.province.settings
    if model.established is None or model.established > question.on:
        day = model.established.isoformat() if model.established else "–"
        return message("{model}: to be established {day}", model=model.name, day=day)
    met = {one.criterion_id for one in model.criteria if one.since <= question.on}
    lacking = [one.name for one in settings.criteria if one.id not in met]
    return message(
        "{model}: {points} of {needed} points; it lacks: {criteria}",
        model=model.name, points=f"{points:g}", needed=f"{settings.targets.points_needed:g}",
        criteria=", ".join(lacking) or "–",
    )  # fmt: skip


def _list_missing_forms(question: GoalQuestion) -> Iterable[Shortfall]:
    """Return libraries that had some forms but not all, those that lack the fewest first."""
    seen: defaultdict[SiteId, list[Evidence]] = defaultdict(list)
    for one in question.yardstick.list_evidence_of(question.goal, question.scope, question.on):
        seen[one.site_id].append(one)
    found = []
    for site in question.yardstick.list_libraries(question.scope):
        lacking = list_lacking_forms(question.goal, seen[site.site_id])
        if lacking and len(lacking) < len(question.goal.forms):
            found.append((len(lacking), site.site_id, lacking))
    for _, site_id, forms in sorted(found):
        yield Shortfall(
            site_id,
            message("lacks: {forms}", forms=join_words(FORM_NAMES[Form(one)] for one in forms)),
        )


def _list_untrained(question: GoalQuestion) -> Iterable[Shortfall]:
    """Return sites with people who are not trained, those with the most first."""
    people: defaultdict[SiteId, int] = defaultdict(int)
    trained: defaultdict[SiteId, int] = defaultdict(int)
    for one in question.yardstick.list_staff(question.scope, question.on):
        people[one.site_id] += one.people
        if one.trained_date is not None and one.trained_date <= question.on:
            trained[one.site_id] += one.trained
    for site_id in sorted(people, key=lambda one: (trained[one] - people[one], one)):
        if rest := people[site_id] - trained[site_id]:
            text = message("{rest} of {people} not trained", rest=rest, people=people[site_id])
            yield Shortfall(site_id, text)
