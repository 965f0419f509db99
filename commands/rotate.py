"""`rotate`: the rotation alone."""

from pathlib import Path

from commands.answers import progress_bar, say, show_table, tell_past
from commands.options import AS_JSON, MONTH, PROVINCE, SEED, WORK, Session, parse_month, verb
from province.language import message


@verb(
    "Plan the rotation alone: which batch goes where, for how long.\n\n"
    "Example: luanchuyen rotate data/son-la --month 2026-12"
)
@PROVINCE
@MONTH
@SEED
@WORK
@AS_JSON
def command(
    session: Session, folder: Path, month: str, seed: int, work: float, as_json: bool
) -> None:
    """Print the stays of the horizon with objective, bound and gap."""
    from planning.answers.rotate import plan_rotation, tabulate_stays
    from planning.past.read import read_past

    province, language = session.read(folder)
    wanted = parse_month(month)
    past = read_past(folder, province, wanted)
    tell_past(language, past)
    with progress_bar(language) as progress:
        plan = plan_rotation(province, wanted, past=past, seed=seed, work=work, progress=progress)
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
