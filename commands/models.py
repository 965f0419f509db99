"""`models`: which library models need help, which are worth spreading, and why."""

from pathlib import Path

import click

from commands.answers import progress_bar, say, show_json, show_table
from commands.options import AS_JSON, FILE, ON, PROVINCE, Session, verb
from province.language import mark, message


@verb(
    "Say of every library model what was counted in twelve months beside alike communes: which "
    "need help and what could be done, which are worth spreading, what became of last year's "
    "measures. Nobody is ranked; what the provincial library owed speaks against no model.\n\n"
    "Example: luanchuyen models data/son-la --on 2026-12-31 --out models"
)
@PROVINCE
@ON
@click.option("--rows", "with_rows", is_flag=True, help=mark("List every row behind the figures."))
@click.option(
    "--out", type=FILE,
    help=mark("Folder to write model-review.csv and model-review.html into."),
)  # fmt: skip
@click.option("--force", is_flag=True, help=mark("Replace a review that is there."))
@AS_JSON
def command(
    session: Session,
    folder: Path,
    on_text: str | None,
    with_rows: bool,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Print the models, then reasons and suggestions; write page and table where asked."""
    from programme.models.model_rows import (
        as_review,
        list_lines,
        tabulate_behind,
        tabulate_reviewed,
    )
    from programme.models.review import review_models

    province, language = session.read(folder)
    on = session.day(province, on_text)
    with progress_bar(language) as progress:
        models = review_models(province, on, progress=progress)
    paths: tuple[Path, ...] = ()
    if out is not None:
        from exports.model_review.write import write_review

        paths = write_review(models, province, on, out, language=language, overwrite=force)
    if as_json:
        show_json(as_review(province, models))
        return
    if not models:
        say(language, message("no library model is at work on {day}: models.csv names them",
                              day=on.isoformat()))  # fmt: skip
        return
    show_table(language, tabulate_reviewed(models), as_json=False)
    click.echo()
    for line in list_lines(province, models):
        say(language, line)
    if with_rows:
        click.echo()
        show_table(language, tabulate_behind(models), as_json=False)
    if out is not None:
        say(language, message("{count} files in {folder}", count=len(paths), folder=str(out)))
