"""What several verbs share: languages of help and answers, and the common options."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from commands.line import line_language
from province.language import LANGUAGES, Language, mark, message, names_beside_codes, translate

if TYPE_CHECKING:
    from planning.plan import Plan
    from planning.replan.moment import Moment
    from province.dates import DateSpan, Month
    from province.facts import Province


@dataclass(slots=True)
class Session:
    """What holds for one run: language asked for, whether faults of the program are shown."""

    language: Language | None
    debug: bool

    def speak(self, province: "Province | None" = None, plan: "Plan | None" = None) -> Language:
        """Return the language of answers: the one asked for, the province's, or the machine's.

        From then on the answers name what they give a code of, by the names of the province;
        visits of the plan as the sites that they are for.
        """
        if province is not None:
            from province.names import list_names

            names = names_beside_codes(list_names(province, plan.visits if plan else ()))
            click.get_current_context().with_resource(names)
        if self.language:
            return self.language
        return province.settings.province.language if province else line_language()

    def read(self, folder: Path) -> "tuple[Province, Language]":
        """Return the facts of a province folder, and the language of answers about them."""
        from province.read import read_province

        province = read_province(folder)
        return province, self.speak(province)

    def day(self, province: "Province", text: str | None) -> date:
        """Return the day of `--on`, or the day that it is in a province."""
        return parse_day_option(text) if text else self.today(province)

    def today(self, province: "Province") -> date:
        """Return the day that it is in a province."""
        return datetime.now(ZoneInfo(province.settings.province.timezone)).date()


def _ask_language(
    ctx: click.Context, parameter: click.Parameter, value: Language | None
) -> Language | None:
    """Take over a `--lang` that stands behind the verb."""
    session = ctx.find_object(Session)
    if value is not None and session is not None:
        session.language = value
    return value


def _ask_debug(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
    """Take over a `--debug` that stands behind the verb."""
    session = ctx.find_object(Session)
    if value and session is not None:
        session.debug = True
    return value


def list_common_options() -> list[click.Parameter]:
    """Return the options that hold for the whole line, wherever in it they stand."""
    return [
        click.Option(
            ["--lang"], type=click.Choice(LANGUAGES), is_eager=True, expose_value=False,
            callback=_ask_language, help=mark("Language of the answers."),
        ),
        click.Option(
            ["--debug"], is_flag=True, is_eager=True, expose_value=False,
            callback=_ask_debug, help=mark("Show where in the program a fault arose."),
        ),
    ]  # fmt: skip


def _translate_help(command: click.Command) -> None:
    language = line_language()
    command.help = translate(command.help or "", language)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = translate(parameter.help, language)


class Verb(click.Command):
    """A command that knows the common options; its help is shown in the line's language."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        own = {parameter.name for parameter in self.params}
        self.params += [option for option in list_common_options() if option.name not in own]

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text, translated."""
        _translate_help(self)
        return super().get_help(ctx)


class Topic(click.Group):
    """A verb with verbs of its own; its help is shown in the line's language."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params += list_common_options()

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text, translated."""
        _translate_help(self)
        for verb in self.commands.values():
            verb.help = translate(verb.help or "", line_language())
        return super().get_help(ctx)


def verb(text: str, name: str | None = None) -> Callable[[Callable[..., None]], Verb]:
    """Return what makes a verb of a function, which is handed the session first.

    Parameters
    ----------
    text
        Its help with an example: a literal, so that it is found for translation.
    name
        What it is called where its function is not.
    """
    return lambda function: click.command(name, cls=Verb, help=text)(click.pass_obj(function))


FILE = click.Path(path_type=Path)
PROVINCE = click.argument("folder", type=FILE, metavar="PROVINCE_FOLDER")
ON = click.option("--on", "on_text", help=mark("The day, like 2026-12-31 (today if left out)."))
AS_JSON = click.option("--json", "as_json", is_flag=True, help=mark("Answer as JSON."))
SEED = click.option(
    "--seed", default=0, show_default=True, help=mark("Same seed, facts and work: same plan.")
)


class Amount(click.FloatRange):
    """A number in a range; what is no number lies in none, which comparing alone does not see."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or refuse the word."""
        if math.isnan(number := super().convert(value, param, ctx)):
            self.fail(f"{value!r} is not a valid {self.name}.", param, ctx)
        return number


WORK = click.option(
    "--work",
    default=1.0,
    show_default=True,
    type=Amount(0.01, 100),
    help=mark("Effort of the search; 1 is the usual one."),
)
FROM = click.option("--from", "from_day", required=True, help=mark("First day, like 2026-12-25."))
TO = click.option("--to", "to_day", required=True, help=mark("Last day, like 2026-12-29."))
UNDO = click.option("--undo", is_flag=True, help=mark("Take back what the same line said."))
MONTH = click.option("--month", required=True, help=mark("The month, like 2026-12."))


def parse_month(text: str, option: str = "--month") -> "Month":
    """Return the month of an option; a usage fault if it is none."""
    from province.dates import Month

    try:
        return Month.parse(text)
    except ValueError as error:
        raise click.BadParameter(
            translate(message("a month like 2026-12"), line_language()), param_hint=option
        ) from error


def parse_day_option(text: str, option: str = "--on") -> date:
    """Return the day of an option; a usage fault if it is none."""
    from province.cells import parse_day
    from province.findings import CellError

    try:
        day: date = parse_day(text)
    except CellError as error:
        expected = translate(error.expected, line_language())
        raise click.BadParameter(expected, param_hint=option) from error
    return day


def parse_moment(text: str, month: "Month") -> "Moment":
    """Return the moment of an option within a month; a usage fault if it is none."""
    from planning.replan.moment import Moment

    day_text, _, time_text = text.replace(" ", "T").partition("T")
    day = parse_day_option(day_text, "--from")
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", time_text) if time_text else None
    if (time_text and not found) or not month.first_day <= day <= month.last_day:
        expected = message(
            "a day of {month}, or a minute of it like {moment}",
            month=str(month),
            moment=f"{month.first_day}T10:00",
        )
        told = translate(expected, line_language())
        raise click.BadParameter(told, param_hint="--from")
    return Moment(day, 60 * int(found[1]) + int(found[2]) if found else 0)


def parse_days(first: str, last: str) -> "DateSpan":
    """Return the days of --from and --to; a usage fault if they are none or not in order."""
    from province.dates import DateSpan

    days = parse_day_option(first, "--from"), parse_day_option(last, "--to")
    if days[1] < days[0]:
        raise click.BadParameter(
            translate(message("not before {first}", first=days[0].isoformat()), line_language()),
            param_hint="--to",
        )
    return DateSpan(*days)


def parse_cells(texts: tuple[str, ...]) -> dict[str, str]:
    """Return what ``--set COLUMN=VALUE`` gives; a usage fault if it is none."""
    cells = {}
    for text in texts:
        column, sign, cell = text.partition("=")
        if not sign:
            raise click.BadParameter(
                translate(message("a column and its value, like note=TEXT"), line_language()),
                param_hint="--set",
            )
        cells[column.strip()] = cell
    return cells


def refuse_page(page: Path, *, is_forced: bool) -> None:
    """Raise InputError if a page stands where one is to be written."""
    from province.errors import InputError
    from province.findings import Finding

    if page.exists() and not is_forced:
        expected, advice = message("a new file"), message("add --force to replace it")
        raise InputError([Finding(page.name, None, "", str(page), expected, advice)])
