"""Checks that the tables of the programme agree with each other, the sites and the settings."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from province.courses import find_end, find_occurrence, list_occurrences
from province.dates import DateSpan
from province.facts import Province
from province.findings import Findings, advise_nearest_id
from province.language import message
from province.programme_facts import Course, LibraryModel
from province.settings import Settings
from province.tables.references import KnownIds, Tables, list_lines

SETTINGS = "province.toml"
NEAR = timedelta(days=62)


def check_programme(
    province: Province, tables: Tables, known: KnownIds, findings: Findings
) -> None:
    """Add a finding for everything in which the programme contradicts itself or other tables."""
    _check_settings(province.settings, findings)
    _check_models(province, tables, known, findings)
    _check_staff(province, tables, findings)
    _check_courses(province, tables, findings)
    _check_invitations(province, tables, findings)
    _check_kits(province, tables, findings)
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
        place = findings.at("courses.csv", lines.get(course.course_id))
        if course.is_online + (course.site_id is not None) + course.is_on_site != 1:
            place.at("site_id").add(
                course.site_id,
                expected=message("one of site_id, online and on_site"),
                advice=message("say in exactly one way where the course is held"),
            )
        if course.is_on_site and not course.hours:
            place.at("hours").add(
                course.hours,
                expected=message("the hours of a course on site"),
                advice=message("fill it in: a trip stays so long"),
            )
        if course.is_series and (course.is_on_site or course.until is None):
            place.at("series").add(
                "yes",
                expected=message("a series with its last day in until, and not on site"),
                advice=message("fill in until, or empty the cell"),
            )
        for column, value in (
            ("most_sites", course.most_sites), ("ride_along", course.ride_along),
        ):  # fmt: skip
            if value and not course.is_on_site:
                place.at(column).add(
                    value,
                    expected=message("an empty cell where the course is not on site"),
                    advice=message("empty the cell, or write yes under on_site"),
                )


def _check_invitations(province: Province, tables: Tables, findings: Findings) -> None:
    lines = list_lines(tables, "invitations.csv", "invitation_id")
    courses = {course.course_id: course for course in province.programme.courses}
    taken: Counter[tuple[str, date]] = Counter()
    for one in province.programme.invitations:
        place = findings.at("invitations.csv", lines.get(one.invitation_id))
        course = courses.get(one.course_id)
        if course is not None and find_occurrence(course, one.start) is None:
            place.at("date").add(
                one.start,
                expected=message("the first day of an occurrence of {course}", course=course.name),
                advice=message("it begins: {days}", days=_list_near(course, one.start)),
            )
        if one.attended is not None and one.attended > one.people:
            place.at("attended").add(
                one.attended,
                expected=message("at most the {people} people of the row", people=one.people),
                advice=message("correct one of the two"),
            )
        if one.held is not None and one.held < one.start:
            place.at("held").add(
                one.held,
                expected=message("not before {first}", first=one.start.isoformat()),
                advice=message("correct one of the two"),
            )
        if course is None or course.is_on_site:
            continue
        before = taken[course.course_id, one.start]
        taken[course.course_id, one.start] += one.people
        if before <= course.seats < taken[course.course_id, one.start]:
            place.at("people").warn(
                one.people,
                expected=message("at most {seats} people in all", seats=course.seats),
                advice=message("invite some of them on another day, or correct the seats"),
            )


def _list_near(course: Course, day: date) -> str:
    """Return the days near another one on which a course begins; its first day where none is."""
    span = DateSpan(day - NEAR, day + NEAR)
    near = [one.first.isoformat() for one in list_occurrences(course, span)]
    return ", ".join(near[:5]) or course.start.isoformat()


def _check_kits(province: Province, tables: Tables, findings: Findings) -> None:
    lines = list_lines(tables, "kits.csv", "kit_id")
    courses = {course.course_id: course for course in province.programme.courses}
    for kit in province.kits:
        course = courses.get(kit.after) if kit.after else None
        if course is not None and find_end(course, kit.due_date) is None:
            findings.at("kits.csv", lines.get(kit.kit_id), "after").add(
                kit.after,
                expected=message(
                    "a course that is over before {day}", day=kit.due_date.isoformat()
                ),
                advice=message("correct due_date, or the days of the course"),
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
