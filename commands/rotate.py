"""`rotate`: the rotation alone."""

from pathlib import Path

from commands.answers import progress_bar, say, show_json, show_table, tell_past
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
    """Print the stays of the horizon with objective, bound and gap, and how even its months are."""
    from planning.answers.rotate import plan_rotation, tabulate_stays
    from planning.figures import count_exchange_visits
    from planning.past.read import read_past

    province, language = session.read(folder)
    wanted = parse_month(month)
    past = read_past(folder, province, wanted)
    tell_past(language, past)
    with progress_bar(language) as progress:
        plan = plan_rotation(province, wanted, past=past, seed=seed, work=work, progress=progress)
    visits, stays = count_exchange_visits(plan), tabulate_stays(province, plan)
    if as_json:
        wishes = {name: round(points, 1) for name, points in plan.wishes}
        by_month = {str(month): count for month, count in visits.items()}
        show_json({"wishes": wishes, "exchange_visits": by_month, "stays": stays})
        return
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
    counts = ", ".join(str(count) for count in visits.values())
    say(language, message("exchange visits month by month: {counts}", counts=counts))
    show_table(language, stays, as_json=False)
