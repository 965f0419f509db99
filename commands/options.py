"""What several verbs share: languages of help and answers, and the common options."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from province.language import LANGUAGES, Language, mark, message, translate

if TYPE_CHECKING:
    from province.dates import Month
    from province.facts import Province


@dataclass(slots=True)
class Session:
    """What holds for one run: language asked for, whether faults of the program are shown."""

    language: Language | None
    debug: bool

    def speak(self, province: "Province | None" = None) -> Language:
        """Return the language of answers: the one asked for, the province's, or the machine's."""
        if self.language:
            return self.language
        return province.settings.province.language if province else machine_language()


def machine_language() -> Language:
    """Return the language that the environment names, English if it is none of ours."""
    for name in ("LUANCHUYEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        for language in LANGUAGES:
            if os.environ.get(name, "").lower().startswith(language):
                return language
    return "en"


class Verb(click.Command):
    """A command whose help is shown in the machine's language."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text, translated."""
        language = machine_language()
        if language != "en":
            self.help = translate(self.help or "", language)
            for parameter in self.params:
                if isinstance(parameter, click.Option) and parameter.help:
                    parameter.help = translate(parameter.help, language)
        return super().get_help(ctx)


class Topic(click.Group):
    """A verb with verbs of its own; its help is shown in the machine's language."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text, translated."""
        language = machine_language()
        if language != "en":
            self.help = translate(self.help or "", language)
            for name in self.list_commands(ctx):
                verb = self.get_command(ctx, name)
                if verb is not None:
                    verb.help = translate(verb.help or "", language)
        return super().get_help(ctx)


PROVINCE = click.argument("folder", type=click.Path(path_type=Path), metavar="PROVINCE_FOLDER")
AS_JSON = click.option("--json", "as_json", is_flag=True, help=mark("Answer as JSON."))
SEED = click.option(
    "--seed", default=0, show_default=True, help=mark("Same seed, facts and work: same plan.")
)
WORK = click.option(
    "--work",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 100),
    help=mark("Effort of the search; 1 is the usual one."),
)
MONTH = click.option("--month", required=True, help=mark("The month, like 2026-12."))


def parse_month(text: str) -> "Month":
    """Return the month of an option; a usage fault if it is none."""
    from province.dates import Month

    try:
        return Month.parse(text)
    except ValueError as error:
        raise click.BadParameter(
            translate(message("a month like 2026-12"), machine_language()), param_hint="--month"
        ) from error


def parse_day_option(text: str, option: str = "--on") -> date:
    """Return the day of an option; a usage fault if it is none."""
    from province.cells import CellError, parse_day

    try:
        day: date = parse_day(text)
    except CellError as error:
        expected = translate(error.expected, machine_language())
        raise click.BadParameter(expected, param_hint=option) from error
    return day
