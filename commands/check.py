"""`check`: every fault of a province folder."""

from pathlib import Path

from commands.answers import say, show_json, tell_past, warn
from commands.options import AS_JSON, PROVINCE, Session, verb
from province.language import message, translate


@verb("Check a province folder and list every fault.\n\nExample: luanchuyen check data/son-la")
@PROVINCE
@AS_JSON
def command(session: Session, folder: Path, as_json: bool) -> None:
    """Read everything; faults end with exit code 3, warnings do not."""
    from planning.answers.check import check_folder
    from planning.past.read import read_past
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
        warn(language, *(warning.as_message() for warning in warnings))
    if faults:
        raise InputError(() if as_json else faults)
    if province is not None:
        tell_past(language, read_past(folder, province), counts_as_done=False)
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
