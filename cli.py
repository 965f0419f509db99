"""The command line `luanchuyen`: finds the verb, turns every fault into one clear answer."""

import codecs
import importlib
import logging
import sys
import unicodedata

import click

from commands.line import WORDS, find_province, line_language
from commands.options import Session, Topic
from commands.stopping import StoppedAgain, StopSignals
from commands.usage import show_fault
from province.language import Message, mark, message, names_beside_codes, translate

VERBS = (
    "new",
    "roads",
    "check",
    "demand",
    "compose",
    "rotate",
    "plan",
    "replan",
    "slots",
    "edit",
    "simulate",
    "compare",
    "export",
    "close",
    "reopen",
    "zone",
    "out",
    "add",
    "pin",
    "record",
    "ledger",
    "loans",
    "learn",
    "where",
    "units",
    "history",
    "explain",
    "audit",
    "targets",
    "rollout",
    "models",
    "training",
    "due",
    "report",
    "region",
)
STOPPED = 130
"""Exit code of who was stopped before the end, as shells have it."""


class VerbsOfFiles(Topic):
    """The verbs, each read from its file in `commands` when it is asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember the whole line, and what holds for it, before its words are taken apart."""
        ctx.meta[WORDS] = tuple(args)
        ctx.obj = Session(None, debug=False)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order in which a month is worked."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a verb; None if there is none."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"commands.{cmd_name}")
        command: click.Command = module.command
        return command


@click.group(
    cls=VerbsOfFiles,
    help=mark("Plan a provincial library's book rotation and its book-bus trips together."),
)
@click.version_option(package_name="luanchuyen")
def command() -> None:
    """Hold what is common to all verbs: `Topic` and `VerbsOfFiles` do it."""


def write_without_marks(error: UnicodeError) -> tuple[str, int]:
    """Replace letters a console cannot show by their plain forms: ``ế`` by ``e``."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].replace("đ", "d").replace("Đ", "D")
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if ord(c) < 128)
    return plain or "?", error.end


def main() -> None:
    """Run the command line; every fault of the input becomes one clear answer."""
    StopSignals().heed()
    logging.getLogger("province").addHandler(Warner())
    codecs.register_error("without_marks", write_without_marks)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="without_marks")
    debug = "--debug" in sys.argv
    try:
        sys.exit(command.main(standalone_mode=False))
    except click.ClickException as error:
        show_fault(error, line_language())
        sys.exit(error.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt, StoppedAgain):
        stopped = message("stopped; nothing is half written")
        click.echo(translate(stopped, line_language()), err=True)
        sys.exit(STOPPED)
    except Exception as error:
        if debug:
            raise
        sys.exit(tell_fault(error))


class Warner(logging.Handler):
    """Tells what the depths of the program warn of, in the language of the answers."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print the warning, if it is one for planners."""
        if isinstance(record.msg, Message):
            click.echo(translate(record.msg, line_language()), err=True)


def tell_fault(error: Exception) -> int:
    """Print what a planner must know about an error; return its exit code."""
    from province.errors import DiskError, PlannerError
    from province.names import read_names

    language = line_language()
    if isinstance(error, PlannerError):
        folder = find_province()
        with names_beside_codes({} if folder is None else read_names(folder)):
            for reason in error.reasons:
                click.echo(translate(reason, language), err=True)
        return error.exit_code
    text = message(
        "a fault of the program: {kind}: {fault}; run again with --debug and report it",
        kind=type(error).__name__,
        fault=str(error),
    )
    is_disk = isinstance(error, OSError)
    if is_disk:
        text = message("the file cannot be used: {fault}", fault=str(error))
    click.echo(translate(text, language), err=True)
    return DiskError.exit_code if is_disk else PlannerError.exit_code


if __name__ == "__main__":
    main()
