"""`new`: a first province folder."""

from pathlib import Path

import click

from commands.answers import say
from commands.options import Session, Verb
from province.language import mark, message


@click.command(
    cls=Verb,
    help=mark("Make a new province folder from an example.\n\nExample: luanchuyen new my-province"),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--example", default="son-la", show_default=True, help=mark("The example to copy."))
@click.pass_obj
def command(session: Session, folder: Path, example: str) -> None:
    """Copy an example folder."""
    from province.create import create_from_example

    files = create_from_example(example, folder)
    say(session.speak(), message("{count} files in {folder}", count=len(files), folder=str(folder)))
