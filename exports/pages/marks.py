"""Small pieces of HTML that every page uses; every text from data is escaped here."""

from collections.abc import Iterable

from markupsafe import Markup

from exports.text.words import TASKS, name_schematic
from planning.plan import Plan
from province.facts import Province
from province.language import Language, Message, translate
from province.visits import Task


def data_text(text: str) -> Markup:
    """Return text from data, escaped, with its direction of writing kept to itself."""
    return Markup("<bdi>{}</bdi>").format(text)


def say(text: Message, language: Language) -> Markup:
    """Return a text of ours, translated and escaped."""
    return Markup("{}").format(translate(text, language))


def join(parts: Iterable[Markup], separator: str = "") -> Markup:
    """Return pieces of HTML as one."""
    return Markup(separator).join(parts)


def mark_schematic(plan: Plan, province: Province, language: Language) -> Markup:
    """Return the label that a map of schematic roads always carries, or nothing."""
    if not plan.has_schematic_roads:
        return Markup()
    text = say(name_schematic(province), language)
    return Markup('<p class="schematic" role="note">{}</p>').format(text)


def credit_roads(province: Province) -> Markup:
    """Return what the source of the roads asks to be said on every map, or nothing."""
    if not province.attribution:
        return Markup()
    return Markup('<p class="credit">{}</p>').format(data_text(province.attribution))


def name_tasks(tasks: Iterable[Task], language: Language) -> Markup:
    """Return the tasks of a stop as labels."""
    return join(
        Markup('<span class="task {}">{}</span>').format(task.value, say(TASKS[task], language))
        for task in tasks
    )
