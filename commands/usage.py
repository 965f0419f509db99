"""Tells faults of usage in the planner's language; the library that finds them has English only."""

import re

import click

from province.language import Language, Message, mark, message, translate

WORDINGS: tuple[tuple[str, str], ...] = (
    (r"Missing option '?(?P<name>[^'.]+)'?\..*", mark("the option {name} is missing")),
    (r"Missing argument '?(?P<name>[^'.]+)'?\..*", mark("{name} is missing")),
    (r"Missing command\.", mark("a command is missing")),
    (
        r"No such option:? '?(?P<name>[^'.]+)'?\.?(?P<near>.*)",
        mark("there is no option {name}"),
    ),
    (
        r"No such command '?(?P<name>[^']+)'?\.(?P<near>.*)",
        mark("there is no command {name}"),
    ),
    (r"Got unexpected extra arguments? \((?P<words>.*)\)", mark("too many words: {words}")),
    (
        r"Option '(?P<name>[^']+)' requires (?:an argument|\d+ arguments)\.",
        mark("the option {name} needs a value"),
    ),
    (
        r"Option '(?P<name>[^']+)' does not take a value\.",
        mark("the option {name} takes no value"),
    ),
    (r"Invalid value for '?(?P<name>.+?)'?: (?P<fault>.*)", mark("{name}: {fault}")),
    (
        r"'(?P<value>.*)' is not a valid (?:integer|int)(?: range)?\.",
        mark('"{value}" is no whole number'),
    ),
    (r"'(?P<value>.*)' is not a valid float(?: range)?\.", mark('"{value}" is no number')),
    (
        r"(?P<value>.*) is not in the range (?P<range>.*)\.",
        mark("{value} is not in the range {range}"),
    ),
    (r"'(?P<value>.*)' is not one of (?P<choices>.*)\.", mark('"{value}" is none of {choices}')),
)
"""The library's English sentences, and what we say instead."""


def reword(text: str) -> Message:
    """Return a fault of usage as a message of ours; what is not known stays as it is."""
    for pattern, template in WORDINGS:
        if found := re.fullmatch(pattern, text, re.DOTALL):
            return _tell(template, found.groupdict())
    return message("{text}", text=text)


def _tell(template: str, said: dict[str, str]) -> Message:
    """Return what was said in our words, with those that may have been meant for it."""
    near = ", ".join(re.findall(r"'([^']+)'", said.pop("near", "")))
    values: dict[str, str | Message] = dict(said)
    if "fault" in said:
        values["fault"] = reword(said["fault"])
    if "choices" in said:
        values["choices"] = said["choices"].replace("'", "")
    fault = Message(template, tuple(sorted(values.items())))
    return message("{fault}; did you mean {names}?", fault=fault, names=near) if near else fault


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
