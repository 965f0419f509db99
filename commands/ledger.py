"""`ledger`: the ledger looked through, copied, brought back, moved to where offices share it."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.answers import say, show_json, show_table, warn
from commands.options import AS_JSON, FILE, PROVINCE, Session, Topic, refuse_page, verb
from province.language import Language, mark, message, translate

if TYPE_CHECKING:
    from province.ledger.ledger_lines import Lines
    from province.ledger.place import LedgerPlace
    from province.ledger.transfer import Transfer
    from province.settings import Settings

FORCE = click.option(
    "--force", is_flag=True,
    help=mark("Set a ledger aside that is damaged, or holds other lines."),
)  # fmt: skip


@click.group(
    cls=Topic,
    help=mark(
        "Look the ledger through, copy it, bring it back, move it to a database that offices "
        "share.\n\nExample: luanchuyen ledger check data/son-la"
    ),
)
def command() -> None:
    """Hold the verbs about the ledger."""


@verb(
    "Look the ledger through: lines as recorded, every batch in one place, against the plans.\n\n"
    "Example: luanchuyen ledger check data/son-la",
    "check",
)
@PROVINCE
@AS_JSON
def check_command(session: Session, folder: Path, as_json: bool) -> None:
    """Print what the ledger holds; what does not fit ends with exit code 5."""
    from planning.answers.ledger_check import check_ledger, tabulate_sums
    from province.errors import LedgerError

    language = session.speak()
    _, place = find_ledger(folder)
    found = check_ledger(folder, place)
    if as_json:
        show_json(
            dataclasses.asdict(found) | {"faults": [translate(f, language) for f in found.faults]}
        )
    else:
        show_table(language, tabulate_sums(found.sums), as_json=False)
        for month in found.months:
            say(
                language,
                message("plan of {month}: {recorded} of {all} results are recorded",
                        month=month.month, recorded=month.recorded, all=month.tasks),
            )  # fmt: skip
        if found.lent or found.borrowed:
            say(
                language,
                message("{lent} batches are lent to other provinces, {borrowed} are borrowed",
                        lent=found.lent, borrowed=found.borrowed),
            )  # fmt: skip
    if found.missing_pictures:
        warn(
            language,
            message("{count} signatures and photos are not in this folder",
                    count=found.missing_pictures),
        )  # fmt: skip
    if found.faults:
        raise LedgerError(*(() if as_json else found.faults))
    if not as_json:
        say(
            language,
            message("no fault in {place}: each of {batches} batches is in one place, {away} of "
                    "them out; {history} entries came from {file}",
                    place=found.place, batches=found.batches, away=found.away,
                    history=found.num_history, file="ledger.csv"),
        )  # fmt: skip


@verb(
    "Write a backup: the ledger as it is now and its pictures, also while others record.\n\n"
    "Example: luanchuyen ledger backup data/son-la so-2026-12.zip",
    "backup",
)
@PROVINCE
@click.argument("file", type=FILE, metavar="FILE.zip")
@click.option("--force", is_flag=True, help=mark("Replace the file that is there."))
@AS_JSON
def backup_command(session: Session, folder: Path, file: Path, force: bool, as_json: bool) -> None:
    """Write the ZIP file and print what it holds."""
    from province.ledger.backup import write_backup

    language = session.speak()
    refuse_page(file, is_forced=force)
    lines, missing = write_backup(find_ledger(folder)[1], file)
    if missing:
        warn(language, message("{count} signatures and photos are not in this folder",
                               count=missing))  # fmt: skip
    show_written(language, lines, file, as_json=as_json)


@verb(
    "Bring a backup back: what the ledger lacks is appended.\n\n"
    "Example: luanchuyen ledger restore data/son-la so-2026-12.zip",
    "restore",
)
@PROVINCE
@click.argument("file", type=FILE, metavar="FILE.zip")
@FORCE
@AS_JSON
def restore_command(session: Session, folder: Path, file: Path, force: bool, as_json: bool) -> None:
    """Bring lines and pictures back, and print the sums of both."""
    from province.ledger.backup import read_backup
    from province.ledger.proof_files import keep_pictures
    from province.ledger.transfer import take_over

    language = session.speak()
    place = find_ledger(folder)[1]
    lines, pictures = read_backup(file)
    keep_pictures(folder, pictures)
    show_transfer(language, take_over(place, lines, is_forced=force), as_json=as_json)


@verb(
    "Move the ledger to a database that offices share, or back into the folder.\n\n"
    "Example: luanchuyen ledger move data/son-la --to postgresql://so@sonla.vn/luanchuyen\n\n"
    "Example: luanchuyen ledger move data/son-la --to sqlite",
    "move",
)
@PROVINCE
@click.option(
    "--to", "target", required=True,
    help=mark("URL of the database, or sqlite for the file in the folder."),
)  # fmt: skip
@AS_JSON
def move_command(session: Session, folder: Path, target: str, as_json: bool) -> None:
    """Copy, prove, close what was left; say what to write into the settings."""
    from province.ledger.place import place_at
    from province.ledger.transfer import move_ledger

    language = session.speak()
    settings, source = find_ledger(folder)
    there = place_at(folder, settings, target, source="--to")
    show_transfer(language, move_ledger(source, there), as_json=as_json)
    if not as_json:
        say(
            language,
            message("write into {file}, in every office: [ledger] url = \"{url}\"",
                    file="province.toml", url=hide(target)),
        )  # fmt: skip


@verb(
    "Write the ledger as two CSV tables.\n\nExample: luanchuyen ledger export data/son-la tables",
    "export",
)
@PROVINCE
@click.argument("target", type=FILE, metavar="FOLDER")
@click.option("--force", is_flag=True, help=mark("Replace the tables that are there."))
@AS_JSON
def export_command(
    session: Session, folder: Path, target: Path, force: bool, as_json: bool
) -> None:
    """Write `ledger-entries.csv` and `ledger-results.csv`."""
    from exports.tables.ledger_csv import draw_ledger
    from province.files.whole import write_whole
    from province.ledger.transfer import read_lines

    language = session.speak()
    lines = read_lines(find_ledger(folder)[1])
    tables = list(draw_ledger(lines))
    for name, _ in tables:
        refuse_page(target / name, is_forced=force)
    target.mkdir(parents=True, exist_ok=True)
    for name, content in tables:
        write_whole(target / name, content)
    show_written(language, lines, target, as_json=as_json)


@verb(
    "Take lines over from the CSV tables of an export; each is proven by its digest.\n\n"
    "Example: luanchuyen ledger import data/son-la tables",
    "import",
)
@PROVINCE
@click.argument("source", type=FILE, metavar="FOLDER")
@FORCE
@AS_JSON
def import_command(
    session: Session, folder: Path, source: Path, force: bool, as_json: bool
) -> None:
    """Append what the ledger lacks, and print the sums of both."""
    from province.ledger.csv_lines import read_csv_lines
    from province.ledger.transfer import take_over

    language = session.speak()
    place, lines = find_ledger(folder)[1], read_csv_lines(source)
    show_transfer(language, take_over(place, lines, is_forced=force), as_json=as_json)


def find_ledger(folder: Path) -> "tuple[Settings, LedgerPlace]":
    """Return the settings of a province folder, and where its ledger lies.

    The ledger may be damaged, and the tables have faults: it is looked after all the same.
    """
    from province.errors import InputError
    from province.findings import Findings
    from province.ledger.place import find_place
    from province.read.settings import read_settings

    findings = Findings()
    read = read_settings(folder, findings)
    if not read.knows_ledger:
        raise InputError(findings.faults)
    return read.settings, find_place(folder, read.settings)


def hide(url: str) -> str:
    """Return a URL without its password."""
    from province.passwords import hide_passwords

    return hide_passwords(url)


def show_written(language: Language, lines: "Lines", target: Path, *, as_json: bool) -> None:
    """Print what was written from a ledger, and where."""
    from planning.answers.ledger_check import tabulate_sums
    from province.ledger.transfer import sum_lines

    sums = sum_lines(lines)
    if as_json:
        show_json({"file": str(target), **dataclasses.asdict(sums)})
        return
    show_table(language, tabulate_sums(sums), as_json=False)
    click.echo(str(target))


def show_transfer(language: Language, done: "Transfer", *, as_json: bool) -> None:
    """Print the proof that nothing was lost."""
    from planning.answers.ledger_check import tabulate_sums

    if as_json:
        show_json(dataclasses.asdict(done))
        return
    show_table(language, tabulate_sums(done.before, done.after), as_json=False)
    if done.aside:
        warn(language, message("what stood there is now called {name}", name=done.aside))
    say(
        language,
        message("nothing is lost: all {count} lines are there, {new} of them are new",
                count=done.before.lines, new=done.num_copied),
    )  # fmt: skip


for one in (
    check_command, backup_command, restore_command, move_command, export_command, import_command
):  # fmt: skip
    command.add_command(one)
