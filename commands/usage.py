"""Tells faults of usage in the planner's language; the library that finds them has English only."""

import re
from collections.abc import Callable

import click

from province.language import Language, Message, message, translate

Teller = Callable[[re.Match[str]], Message]


def _advise(fault: Message, near: str) -> Message:
    """Return a fault with the words that it may have been meant for."""
    names = ", ".join(re.findall(r"'([^']+)'", near))
    return message("{fault}; did you mean {names}?", fault=fault, names=names) if names else fault


WORDINGS: tuple[tuple[str, Teller], ...] = (
    (
        r"Missing option '?(?P<name>[^'.]+)'?\.(?P<more>.*)",
        lambda m: message("the option {name} is missing", name=m["name"]),
    ),
    (
        r"Missing argument '?(?P<name>[^'.]+)'?\.(?P<more>.*)",
        lambda m: message("{name} is missing", name=m["name"]),
    ),
    (r"Missing command\.", lambda m: message("a command is missing")),
    (
        r"No such option:? '?(?P<name>[^'.]+)'?\.?(?P<near>.*)",
        lambda m: _advise(message("there is no option {name}", name=m["name"]), m["near"]),
    ),
    (
        r"No such command '?(?P<name>[^']+)'?\.(?P<near>.*)",
        lambda m: _advise(message("there is no command {name}", name=m["name"]), m["near"]),
    ),
    (
        r"Got unexpected extra arguments? \((?P<words>.*)\)",
        lambda m: message("too many words: {words}", words=m["words"]),
    ),
    (
        r"Option '(?P<name>[^']+)' requires (?:an argument|\d+ arguments)\.",
        lambda m: message("the option {name} needs a value", name=m["name"]),
    ),
    (
        r"Option '(?P<name>[^']+)' does not take a value\.",
        lambda m: message("the option {name} takes no value", name=m["name"]),
    ),
    (
        r"Invalid value for (?P<name>.+?): (?P<fault>.*)",
        lambda m: message(
            "{name}: {fault}", name=m["name"].strip("'"), fault=reword(m["fault"])
        ),
    ),
    (
        r"'(?P<value>.*)' is not a valid (?:integer|int)(?: range)?\.",
        lambda m: message('"{value}" is no whole number', value=m["value"]),
    ),
    (
        r"'(?P<value>.*)' is not a valid float(?: range)?\.",
        lambda m: message('"{value}" is no number', value=m["value"]),
    ),
    (
        r"(?P<value>.*) is not in the range (?P<range>.*)\.",
        lambda m: message("{value} is not in the range {range}", value=m["value"],
                          range=m["range"]),
    ),
    (
        r"'(?P<value>.*)' is not one of (?P<choices>.*)\.",
        lambda m: message('"{value}" is none of {choices}', value=m["value"],
                          choices=m["choices"].replace("'", "")),
    ),
)  # fmt: skip
"""The library's English sentences, and what we say instead."""


def reword(text: str) -> Message:
    """Return a fault of usage as a message of ours; what is not known stays as it is."""
    for pattern, tell in WORDINGS:
        found = re.fullmatch(pattern, text, re.DOTALL)
        if found:
            return tell(found)
    return message("{text}", text=text)


def show_fault(error: click.ClickException, language: Language) -> None:
    """Print on stderr how the command is used, where its help is, and what was wrong."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    lines: list[Message] = []
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        pieces = context.command.collect_usage_pieces(context)
        usage = " ".join((context.command_path, *pieces))
        lines += [
            message("Usage: {usage}", usage=usage),
            message("Help: {command} --help", command=context.command_path),
        ]
    lines.append(message("Error: {fault}", fault=reword(error.format_message())))
    for line in lines:
        click.echo(translate(line, language), err=True)
