"""The command line `luanchuyen`: finds the verb, turns every fault into one clear answer."""

import codecs
import importlib
import sys
import unicodedata

import click

from commands.options import Session, Topic, machine_language
from commands.stopping import StoppedAgain, StopSignals
from province.language import LANGUAGES, Language, mark, message, translate

VERBS = (
    "new",
    "roads",
    "check",
    "demand",
    "compose",
    "rotate",
    "plan",
    "export",
    "record",
    "where",
    "history",
    "explain",
    "audit",
)
STOPPED = 130
"""Exit code of who was stopped before the end, as shells have it."""


class VerbsOfFiles(Topic):
    """The verbs, each read from its file in `commands` when it is asked for."""

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
@click.option("--lang", type=click.Choice(LANGUAGES), help=mark("Language of the answers."))
@click.option("--debug", is_flag=True, help=mark("Show where in the program a fault arose."))
@click.version_option(package_name="luanchuyen")
@click.pass_context
def command(ctx: click.Context, lang: Language | None, debug: bool) -> None:
    """Hold what is common to all verbs."""
    ctx.obj = Session(lang, debug)


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
    codecs.register_error("without_marks", write_without_marks)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="without_marks")
    debug = "--debug" in sys.argv
    try:
        sys.exit(command.main(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt, StoppedAgain):
        stopped = message("stopped; nothing is half written")
        click.echo(translate(stopped, machine_language()), err=True)
        sys.exit(STOPPED)
    except Exception as error:
        if debug:
            raise
        sys.exit(tell_fault(error))


def tell_fault(error: Exception) -> int:
    """Print what a planner must know about an error; return its exit code."""
    from province.errors import DiskError, PlannerError

    language = asked_language()
    if isinstance(error, PlannerError):
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


def asked_language() -> Language:
    """Return the language named by `--lang`, else the machine's."""
    for before, value in zip(sys.argv, sys.argv[1:], strict=False):
        if before == "--lang" and value in LANGUAGES:
            return value
    return machine_language()


if __name__ == "__main__":
    main()
