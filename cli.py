"""The command line `luanchuyen`: parses, calls one function, prints."""

import codecs
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from province.language import LANGUAGES, Language, Message, mark, message, translate

if TYPE_CHECKING:
    from planning.plan import Plan
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


class Verbs(click.Group):
    """The group of commands; its list of commands is shown in the machine's language."""

    command_class = Verb

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text, translated."""
        language = machine_language()
        if language != "en":
            self.help = translate(self.help or "", language)
            for command in self.commands.values():
                command.help = translate(command.help or "", language)
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


@click.group(
    cls=Verbs,
    help=mark("Plan a provincial library's book rotation and its book-bus trips together."),
)
@click.option("--lang", type=click.Choice(LANGUAGES), help=mark("Language of the answers."))
@click.option("--debug", is_flag=True, help=mark("Show where in the program a fault arose."))
@click.version_option(package_name="luanchuyen")
@click.pass_context
def command(ctx: click.Context, lang: Language | None, debug: bool) -> None:
    """Hold what is common to all verbs."""
    ctx.obj = Session(lang, debug)


@command.command(
    help=mark("Make a new province folder from an example.\n\nExample: luanchuyen new my-province")
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--example", default="son-la", show_default=True, help=mark("The example to copy."))
@click.pass_obj
def new(session: Session, folder: Path, example: str) -> None:
    """Copy an example folder."""
    from province.create import create_from_example

    files = create_from_example(example, folder)
    say(session.speak(), message("{count} files in {folder}", count=len(files), folder=str(folder)))


@command.command(
    help=mark(
        "Check a province folder and list every fault.\n\nExample: luanchuyen check data/son-la"
    )
)
@PROVINCE
@AS_JSON
@click.pass_obj
def check(session: Session, folder: Path, as_json: bool) -> None:
    """Read everything; faults end with exit code 3, warnings do not."""
    from planning.check import check_folder
    from province.errors import InputError

    province, faults, warnings = check_folder(folder)
    language = session.speak(province)
    if as_json:
        rows = [(finding, finding.is_warning) for finding in (*faults, *warnings)]
        show_json(
            {
                "faults": len(faults),
                "findings": [
                    {
                        "file": finding.file,
                        "row": finding.row,
                        "column": finding.column,
                        "value": finding.value,
                        "expected": translate(finding.expected, language),
                        "advice": translate(finding.advice, language),
                        "warning": is_warning,
                    }
                    for finding, is_warning in rows
                ],
            }
        )
    else:
        for warning in warnings:
            click.echo(translate(warning.as_message(), language), err=True)
    if faults:
        raise InputError(() if as_json else faults)
    if not as_json and province is not None:
        say(
            language,
            message(
                "no fault: {sites} sites, {batches} batches, {books} books, {roads} road segments",
                sites=len(province.sites),
                batches=len(province.batches),
                books=sum(batch.books for batch in province.batches),
                roads=len(province.segments),
            ),
        )


@command.command(
    help=mark(
        "Show the expected uses per library and category.\n\n"
        "Example: luanchuyen demand data/son-la --month 2026-12"
    )
)
@PROVINCE
@MONTH
@AS_JSON
@click.pass_obj
def demand(session: Session, folder: Path, month: str, as_json: bool) -> None:
    """Print prior, seen and posterior demand."""
    from planning.demand import tabulate_demand
    from province.read import read_province

    province = read_province(folder)
    rows = tabulate_demand(province, parse_month(month))
    show_table(session.speak(province), rows, as_json=as_json)


@command.command(
    help=mark(
        "Plan the rotation alone: which batch goes where, for how long.\n\n"
        "Example: luanchuyen rotate data/son-la --month 2026-12"
    )
)
@PROVINCE
@MONTH
@SEED
@WORK
@AS_JSON
@click.pass_obj
def rotate(
    session: Session, folder: Path, month: str, seed: int, work: float, as_json: bool
) -> None:
    """Print the stays of the horizon with objective, bound and gap."""
    from planning.rotate import plan_rotation, tabulate_stays
    from province.read import read_province

    province = read_province(folder)
    language = session.speak(province)
    with progress_bar(language) as progress:
        plan = plan_rotation(province, parse_month(month), seed=seed, work=work, progress=progress)
    if not as_json:
        say(
            language,
            message(
                "{stays} stays, {uses} expected uses; {status}, gap {gap} % to the bound {bound}",
                stays=len(plan.stays),
                uses=round(plan.expected_uses),
                status=plan.status,
                gap=round(100 * plan.gap, 2),
                bound=round(plan.bound, 1),
            ),
        )
    show_table(language, tabulate_stays(province, plan), as_json=as_json)


@command.command(
    name="plan",
    help=mark(
        "Plan a month and write its documents.\n\n"
        "Example: luanchuyen plan data/son-la --month 2026-12"
    ),
)
@PROVINCE
@MONTH
@SEED
@WORK
@click.option("--force", is_flag=True, help=mark("Replace the month's plan if there is one."))
@click.option("--out", type=click.Path(path_type=Path), help=mark("Folder to write (plans/MONTH)."))
@AS_JSON
@click.pass_obj
def plan_command(
    session: Session,
    folder: Path,
    month: str,
    seed: int,
    work: float,
    force: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Plan, check the plan, write the documents, print the figures."""
    from exports.write import refuse_existing, write_documents
    from planning.month import plan_month
    from province.read import read_province

    wanted = parse_month(month)
    province = read_province(folder)
    language = session.speak(province)
    target = out or folder / "plans" / str(wanted)
    refuse_existing(target, overwrite=force)
    with progress_bar(language) as progress:
        plan = plan_month(province, wanted, seed=seed, work=work, progress=progress)
        refuse_violations(plan)
        files = write_documents(plan, province, target, language=language, overwrite=force)
    if as_json:
        show_json(summarise(plan, target, files))
    else:
        show_totals(language, plan, target)


@command.command(
    help=mark("Show where every batch is.\n\nExample: luanchuyen where data/son-la --on 2026-11-30")
)
@PROVINCE
@click.option("--on", "on_day", help=mark("The day, like 2026-11-30 (today's state if left out)."))
@AS_JSON
@click.pass_obj
def where(session: Session, folder: Path, on_day: str | None, as_json: bool) -> None:
    """Print the ledger's answer."""
    from planning.places import tabulate_places
    from province.read import read_province

    province = read_province(folder)
    day = None if on_day is None else parse_day_option(on_day)
    show_table(session.speak(province), tabulate_places(province, day), as_json=as_json)


@command.command(
    name="explain",
    help=mark(
        "Say why a batch, a library or a visit got what it got in a month's plan.\n\n"
        "Example: luanchuyen explain data/son-la L05 --month 2026-12"
    ),
)
@PROVINCE
@click.argument("name", metavar="BATCH|LIBRARY|VISIT")
@MONTH
@AS_JSON
@click.pass_obj
def explain_command(session: Session, folder: Path, name: str, month: str, as_json: bool) -> None:
    """Print the reasons."""
    from exports.plan_json import read_plan
    from planning.explain import explain
    from province.read import read_province

    province = read_province(folder)
    plan = read_plan(folder / "plans" / str(parse_month(month)) / "plan.json")
    language = session.speak(province)
    answers = [translate(answer, language) for answer in explain(province, plan, name)]
    if as_json:
        show_json(answers)
    else:
        click.echo("\n".join(answers))


def parse_month(text: str) -> "Month":
    """Return the month of an option; a usage fault if it is none."""
    from province.dates import Month

    try:
        return Month.parse(text)
    except ValueError as error:
        raise click.BadParameter(
            translate(message("a month like 2026-12"), machine_language()), param_hint="--month"
        ) from error


def parse_day_option(text: str) -> date:
    """Return the day of an option; a usage fault if it is none."""
    from province.cells import CellError, parse_day

    try:
        day: date = parse_day(text)
    except CellError as error:
        expected = translate(error.expected, machine_language())
        raise click.BadParameter(expected, param_hint="--on") from error
    return day


def refuse_violations(plan: "Plan") -> None:
    """Raise PlannerError when a checker found a rule broken: such a plan is not written."""
    from province.errors import PlannerError

    if plan.violations:
        raise PlannerError(
            message("the plan breaks its own rules and is not written; please report this"),
            *(
                message("{rule} {where}: {detail}", rule=v.rule, where=v.where, detail=v.detail)
                for v in plan.violations
            ),
        )


def summarise(plan: "Plan", target: Path, files: tuple[Path, ...]) -> dict[str, Any]:
    """Return the figures of a plan for `--json`."""
    from dataclasses import asdict

    return asdict(plan.totals) | {
        "month": str(plan.month),
        "unserved": len(plan.trips.unserved),
        "rotation_gap": plan.rotation.gap,
        "trips_gap": plan.trips.gap,
        "folder": target.as_posix(),
        "files": sorted(path.relative_to(target).as_posix() for path in files),
    }


def show_totals(language: Language, plan: "Plan", target: Path) -> None:
    """Print the figures of a plan, one a line."""
    totals = plan.totals
    lines: tuple[tuple[Message, object], ...] = (
        (message("batches moved"), totals.batches_moved),
        (message("visits served"), f"{totals.visits_served} / {totals.visits}"),
        (message("visits not served"), len(plan.trips.unserved)),
        (message("exchanges"), totals.exchanges_served),
        (message("sessions"), totals.sessions_served),
        (message("trips"), totals.trips),
        (message("kilometres"), format_number(totals.length_km, language)),
        (message("driving hours"), format_number(totals.driving_hours, language)),
        (message("nights"), totals.nights),
        (message("cost, {currency}", currency="VND"), format_number(totals.cost_vnd, language)),
        (message("rotation gap"), f"{format_number(100 * plan.rotation.gap, language)} %"),
        (message("trips gap"), f"{format_number(100 * plan.trips.gap, language)} %"),
        (message("files"), target),
    )
    width = max(len(translate(name, language)) for name, _ in lines)
    for name, value in lines:
        click.echo(f"{translate(name, language):<{width}}  {value}")


def format_number(value: float, language: Language) -> str:
    """Return a number as people of a language write it, with at most two decimals."""
    from babel.numbers import format_decimal

    return str(format_decimal(round(value, 2), locale=language))


def say(language: Language, text: Message) -> None:
    """Print one message."""
    click.echo(translate(text, language))


def show_json(data: object) -> None:
    """Print data as JSON."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def show_table(language: Language, rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print rows as a table with translated headings, or as JSON."""
    if as_json:
        show_json(rows)
        return
    if not rows:
        say(language, message("nothing to show"))
        return
    heads = [translate(key, language) for key in rows[0]]
    cells = [["" if value is None else str(value) for value in row.values()] for row in rows]
    widths = [max(len(line[i]) for line in [heads, *cells]) for i in range(len(heads))]
    for line in [heads, *cells]:
        texts = (f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(texts).rstrip())


@contextmanager
def progress_bar(language: Language) -> Iterator[Callable[[Message, float], None]]:
    """Show a bar on stderr when it is a terminal."""
    from tqdm import tqdm

    with tqdm(total=100, disable=None, leave=False, bar_format="{desc} {bar} {n:.0f} %") as bar:

        def show(what: Message, share: float) -> None:
            bar.set_description_str(translate(what, language), refresh=False)
            bar.update(max(0.0, 100 * share - bar.n))

        yield show


def write_without_marks(error: UnicodeError) -> tuple[str, int]:
    """Replace letters a console cannot show by their plain forms: ``ế`` by ``e``."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].replace("đ", "d").replace("Đ", "D")
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if ord(c) < 128)
    return plain or "?", error.end


def main() -> None:
    """Run the command line; every fault of the input becomes one clear answer."""
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
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo(translate(message("stopped; nothing was written"), machine_language()), err=True)
        sys.exit(130)
    except Exception as error:
        if debug:
            raise
        sys.exit(tell_fault(error))


def tell_fault(error: Exception) -> int:
    """Print what a planner must know about an error; return its exit code."""
    from province.errors import PlannerError

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
    if isinstance(error, OSError):
        text = message("the file cannot be used: {fault}", fault=str(error))
    click.echo(translate(text, language), err=True)
    return 1


def asked_language() -> Language:
    """Return the language named by `--lang`, else the machine's."""
    for before, value in zip(sys.argv, sys.argv[1:], strict=False):
        if before == "--lang" and value in LANGUAGES:
            return value
    return machine_language()


if __name__ == "__main__":
    main()
