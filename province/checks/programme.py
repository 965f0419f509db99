"""Checks that the tables of the programme agree with each other, the sites and the settings."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from province.facts import Province
from province.findings import Findings, advise_nearest_id
from province.language import message
from province.programme_facts import LibraryModel
from province.settings import Settings
from province.tables.references import KnownIds, Tables, list_lines

SETTINGS = "province.toml"


def check_programme(
    province: Province, tables: Tables, known: KnownIds, findings: Findings
) -> None:
    """Add a finding for everything in which the programme contradicts itself or other tables."""
    _check_settings(province.settings, findings)
    _check_models(province, tables, known, findings)
    _check_staff(province, tables, findings)
    _check_courses(province, tables, findings)
    _check_expenses(province, tables, findings)


def _check_settings(settings: Settings, findings: Findings) -> None:
    parts: tuple[tuple[str, Iterable[str]], ...] = (
        ("goals.id", (goal.id for goal in settings.goals)),
        ("criteria.id", (criterion.id for criterion in settings.criteria)),
        ("reports.id", (report.id for report in settings.reports)),
    )
    for column, ids in parts:
        for key, count in sorted(Counter(ids).items()):
            if count > 1:
                findings.at(SETTINGS, None, column).add(
                    key,
                    expected=message("each id once"),
                    advice=message("give each row an id of its own"),
                )
    targets = settings.targets
    if targets.communes_pct and any(goal.counts == "models" for goal in settings.goals):
        findings.at(SETTINGS, None, "targets.communes_pct").add(
            str(targets.communes_pct),
            expected=message("communes_pct or a goal that counts models, not both"),
            advice=message("delete communes_pct"),
        )
    most = sum(criterion.weight for criterion in settings.criteria)
    if targets.points_needed > most:
        findings.at(SETTINGS, None, "targets.points_needed").add(
            targets.points_needed,
            expected=message("at most the sum of the weights of criteria, {most}", most=most),
            advice=message("correct one of the two"),
        )


def _check_models(province: Province, tables: Tables, known: KnownIds, findings: Findings) -> None:
    lines = list_lines(tables, "models.csv", "model_id")
    criteria, sites = known["criterion"], known["site"]
    holders: defaultdict[str, list[LibraryModel]] = defaultdict(list)
    for model in province.programme.models:
        place = findings.at("models.csv", lines.get(model.model_id))
        if not model.sites:
            place.at("sites").add(
                "",
                expected=message("at least one site that the model pools"),
                advice=message("name the sites, with | between them"),
            )
        for site_id in model.sites:
            site = province.site_by_id.get(site_id)
            if sites is not None and site_id not in sites:
                place.at("sites").add(
                    site_id,
                    expected=message("an id that stands in {where}", where="libraries.csv"),
                    advice=advise_nearest_id(site_id, sites),
                )
            elif site is not None and site.commune_code != model.commune_code:
                place.at("sites").warn(
                    site_id,
                    expected=message("a site of the commune {code}", code=model.commune_code),
                    advice=message("correct the site or the commune"),
                )
            for other in holders[site_id]:
                if _overlap(model, other):
                    place.at("sites").warn(
                        site_id,
                        expected=message(
                            "a site of one model only; {id} has it", id=other.model_id
                        ),
                        advice=message("take it out of one of the two"),
                    )
            holders[site_id].append(model)
        for met in model.criteria:
            if criteria is not None and met.criterion_id not in criteria:
                place.at("criteria").add(
                    met.criterion_id,
                    expected=message("a criterion of province.toml"),
                    advice=advise_nearest_id(met.criterion_id, criteria),
                )


def _overlap(one: LibraryModel, two: LibraryModel) -> bool:
    """Whether two models work on a common day."""
    if one.established is None or two.established is None:
        return False
    first = max(one.established, two.established)
    return first <= (one.closed or first) and first <= (two.closed or first)


def _check_staff(province: Province, tables: Tables, findings: Findings) -> None:
    lines = list_lines(tables, "staff.csv", "staff_id")
    for staff in province.programme.staff:
        place = findings.at("staff.csv", lines.get(staff.staff_id))
        if staff.trained > staff.people:
            place.at("trained").add(
                staff.trained,
                expected=message("at most the {people} people of the row", people=staff.people),
                advice=message("correct one of the two"),
            )
        if (staff.trained > 0) != (staff.trained_date is not None):
            place.at("trained_date").add(
                staff.trained_date,
                expected=message("a day where people were trained, and none where nobody was"),
                advice=message("fill in trained and trained_date, or empty both"),
            )


def _check_courses(province: Province, tables: Tables, findings: Findings) -> None:
    lines = list_lines(tables, "courses.csv", "course_id")
    for course in province.programme.courses:
        if course.is_online == (course.site_id is not None):
            findings.at("courses.csv", lines.get(course.course_id), "site_id").add(
                course.site_id,
                expected=message("one of site_id and online"),
                advice=message("say in exactly one way where the course is held"),
            )


def _check_expenses(province: Province, tables: Tables, findings: Findings) -> None:
    """Warn of money spent against the rules of its fund: it may have been, and must be told."""
    lines = list_lines(tables, "expenses.csv", "expense_id")
    funds = {fund.fund_id: fund for fund in province.programme.funds}
    spent: Counter[str] = Counter()
    for expense in sorted(province.programme.expenses, key=lambda one: (one.day, one.expense_id)):
        fund = funds.get(expense.fund_id) if expense.fund_id else None
        if fund is None or fund.until < fund.from_date:
            continue
        place = findings.at("expenses.csv", lines.get(expense.expense_id))
        if expense.day not in fund.span:
            place.at("date").warn(
                expense.day,
                expected=message(
                    "a day of the fund, {span}", span=f"{fund.from_date}..{fund.until}"
                ),
                advice=message("charge it to another fund, or correct the day"),
            )
        if fund.charges and expense.purpose not in fund.charges:
            place.at("purpose").warn(
                expense.purpose,
                expected=message("one of {choices}", choices=", ".join(fund.charges)),
                advice=message(
                    "charge it to another fund: {fund} does not pay this", fund=fund.name
                ),
            )
        before, spent[fund.fund_id] = (
            spent[fund.fund_id], spent[fund.fund_id] + round(100 * expense.amount)
        )  # fmt: skip
        if before <= round(100 * fund.amount) < spent[fund.fund_id]:
            place.at("amount").warn(
                expense.amount,
                expected=message(
                    "at most what {fund} has left, {left}",
                    fund=fund.name,
                    left=round(fund.amount - before / 100, 2),
                ),
                advice=message("charge the rest to another fund, or correct the amounts"),
            )
