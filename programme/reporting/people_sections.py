"""People and days: staff, courses, events, partners, and which units have reported."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from programme.figure import Figure, count_things, sum_by_place, sum_things
from programme.measure import COMMUNES
from programme.reporting.library_sections import sum_people
from programme.reporting.parts import (
    CellKind,
    ReportLevel,
    ReportLine,
    ReportSection,
    Traced,
    WorkedOut,
)
from programme.reporting.question import ReportQuestion, Rows
from province.agenda import CalendarEntry, EntryKind
from province.dates import DateSpan
from province.days import first_days, occurrences
from province.ids import CommuneCode, SiteId
from province.language import Message, message
from province.programme_facts import Course, Gift, Partner, PartnerKind, Staff, UnitReport
from province.programme_settings import ReportSettings
from province.row_refs import RowRef

PARTNER_KINDS: dict[PartnerKind, Message] = {
    PartnerKind.ARMED_FORCES: message("armed forces"),
    PartnerKind.UNION: message("unions"),
    PartnerKind.ASSOCIATION: message("associations"),
    PartnerKind.PRIVATE_LIBRARY: message("private libraries"),
    PartnerKind.DONOR: message("donors"),
    PartnerKind.OTHER: message("others"),
}
"""What people read for each kind of partner."""

GIFTS: dict[Gift, Message] = {
    Gift.PEOPLE: message("Helpers"),
    Gift.VEHICLE: message("Vehicles lent"),
    Gift.ROOM: message("Rooms"),
    Gift.BOOKS: message("Books given"),
    Gift.MONEY: message("Money given"),
}
"""What people read for each thing that partners give."""


def make_staff_section(question: ReportQuestion) -> ReportSection:
    """Return the section of the people who work at libraries, and of their courses."""
    on, staff = question.on, _list_staff(question)
    lines = (
        ("staff.people", message("people who work at sites"),
         [(one, rows, one.people) for one, rows in staff if one.works(on)]),
        ("staff.trained", message("of these trained"),
         [(one, rows, one.trained) for one, rows in staff
          if one.works(on) and one.trained_date is not None and one.trained_date <= on]),
        ("staff.trained_now", message("trained in the period"),
         [(one, rows, one.trained) for one, rows in staff
          if one.trained_date is not None and one.trained_date in question.span]),
    )  # fmt: skip
    found = [
        ReportLine(
            name,
            (
                Traced(
                    key,
                    sum_by_place((one.site_id, rows, float(count)) for one, rows, count in own),
                ),
            ),
        )
        for key, name, own in lines
    ]
    return ReportSection(
        id="staff",
        title=message("Staff"),
        columns=(message("People"),),
        lines=(*found, _share_trained(found)),
        notes=(message("Counted on {day}.", day=on.isoformat()),),
    )


def _list_staff(question: ReportQuestion) -> list[tuple[Staff, Rows]]:
    province = question.province
    return [
        (one, question.with_place(one.site_id, (province.refer("staff.csv", one.staff_id),)))
        for one in province.programme.staff
        if one.site_id in question.sites
    ]


def _share_trained(lines: list[ReportLine]) -> ReportLine:
    people, trained = (line.cells[0].number if line.cells[0] else 0.0 for line in lines[:2])
    pct = round(100 * trained / people, 1) if people else None
    of = ("staff.trained", "staff.people")
    cell = None if pct is None else WorkedOut("staff.pct", pct, of, CellKind.PERCENT)
    return ReportLine(message("share of those trained"), (cell,))


def make_course_section(question: ReportQuestion) -> ReportSection:
    """Return the section of the courses that were held in the period."""
    lines = []
    for course in question.province.programme.courses:
        days = first_days(course, question.span)
        is_ours = question.unit is None or course.site_id in question.sites
        if days and is_ours:
            lines.append(_make_course(course, len(days), question))
    return ReportSection(
        id="courses",
        title=message("Courses"),
        columns=(message("Times"), message("Seats"), message("Hours"), message("Cost as planned")),
        lines=tuple(lines),
        notes=(message("Seats, hours and cost are what was planned for each time."),),
    )


def _make_course(course: Course, times: int, question: ReportQuestion) -> ReportLine:
    rows = (question.province.refer("courses.csv", course.course_id),)
    key = f"courses.{course.course_id}"

    def count(name: str, amount: float, kind: CellKind, *, is_estimated: bool = True) -> Traced:
        figure = sum_things([(course.course_id, rows, times * amount)])
        return Traced(f"{key}.{name}", figure, kind, is_estimated)

    return ReportLine(
        message("{text}", text=course.name),
        (
            count("times", 1, CellKind.COUNT, is_estimated=False),
            count("seats", course.seats, CellKind.COUNT),
            count("hours", course.hours, CellKind.COUNT),
            count("cost", course.cost, CellKind.MONEY) if course.cost else None,
        ),
    )


def make_event_section(question: ReportQuestion) -> ReportSection:
    """Return the section of the events of the calendar, and of what took place on their days."""
    lines = []
    for entry in question.province.calendar:
        days = set(occurrences(entry, question.span))
        is_event = entry.kind in (EntryKind.EVENT, EntryKind.PROGRAMME)
        if is_event and days and _is_near(entry, question):
            lines.append(_make_event(entry, days, question))
    return ReportSection(
        id="events",
        title=message("Events"),
        columns=(message("Days"), message("Activities"), message("Sites"), message("People")),
        lines=tuple(lines),
        notes=(message("Activities on the days of an event, at the places it names."),),
    )


def _is_near(entry: CalendarEntry, question: ReportQuestion) -> bool:
    """Whether an event is about the whole province or a place of the unit."""
    codes = {commune.code for commune in question.province.communes}
    if entry.site_id is not None:
        return entry.site_id in question.sites
    return entry.commune_code is None or entry.commune_code in codes


def _list_own_place(entry: CalendarEntry, question: ReportQuestion) -> Rows:
    """Return the rows of the place that an event names; none: it is about the whole province."""
    if entry.site_id is not None:
        return question.list_place_rows(entry.site_id)
    return (RowRef(COMMUNES, entry.commune_code),) if entry.commune_code else ()


def _is_at(entry: CalendarEntry, site_id: SiteId, question: ReportQuestion) -> bool:
    """Whether a site is one of the places that an event is about."""
    commune = question.sites[site_id].commune_code
    return entry.site_id in (None, site_id) and entry.commune_code in (None, commune)


def _make_event(entry: CalendarEntry, days: set[date], question: ReportQuestion) -> ReportLine:
    calendar = question.province.refer("calendar.csv", entry.entry_id)
    own = (calendar, *_list_own_place(entry, question))
    held = [
        one
        for one in question.list_evidence()
        if one.day in days and _is_at(entry, one.site_id, question)
    ]
    rows: defaultdict[str, list[RowRef]] = defaultdict(list)
    for one in held:
        rows[one.site_id] += (one.row, *own, *question.list_place_rows(one.site_id))
    taken_back = [
        (move.to_site, (*found, *own), 0.0)
        for move, found in question.yardstick.list_taken_back(question.span)
        if move.day in days and _is_at(entry, move.to_site, question)
    ]
    times = Counter(one.site_id for one in held)
    by_site = [(site_id, found, float(times[SiteId(site_id)])) for site_id, found in rows.items()]
    people = [
        (part.about, (*part.rows, *own), part.amount) for part in sum_people(question, held).parts
    ]
    key = f"events.{entry.entry_id}"
    return ReportLine(
        message("{text}", text=entry.name),
        (
            Traced(f"{key}.days", sum_things([(entry.entry_id, own, float(len(days)))])),
            Traced(f"{key}.times", sum_by_place([*by_site, *taken_back])),
            Traced(
                f"{key}.sites",
                sum_by_place([*((site, found, 1.0) for site, found, _ in by_site), *taken_back]),
            ),
            Traced(f"{key}.people", sum_things(people)),
        ),
    )


def make_partner_section(question: ReportQuestion) -> ReportSection:
    """Return the section of the partners of the period, by kind and by what they give."""
    codes = {commune.code for commune in question.province.communes}
    partners = [
        one
        for one in question.province.programme.partners
        if _overlaps(one, question.span)
        and (question.unit is None if one.commune_code is None else one.commune_code in codes)
    ]
    lines = []
    for kind, name in PARTNER_KINDS.items():
        own = [one for one in partners if one.kind is kind]
        if own:
            gifts = (
                Traced(f"partners.{kind}.{gift}",
                       _count_partners(question, [one for one in own if gift in one.gives]))
                for gift in GIFTS
            )  # fmt: skip
            cells = (Traced(f"partners.{kind}.all", _count_partners(question, own)), *gifts)
            lines.append(ReportLine(name, cells, names_parts=True))
    return ReportSection(
        id="partners",
        title=message("Partners, by what they give"),
        columns=(message("Partners"), *GIFTS.values()),
        lines=tuple(lines),
    )


def _overlaps(partner: Partner, span: DateSpan) -> bool:
    begun = partner.from_date is None or partner.from_date <= span.last
    return begun and (partner.until is None or partner.until >= span.first)


def _count_partners(question: ReportQuestion, partners: list[Partner]) -> Figure:
    def rows(one: Partner) -> Rows:
        own = question.province.refer("partners.csv", one.partner_id)
        place = (RowRef(COMMUNES, one.commune_code),) if one.commune_code else ()
        return (own, *place)

    return count_things((one.partner_id, rows(one)) for one in partners)


@dataclass(frozen=True, slots=True)
class UnitsReported:
    """Which communes were to report, and what came of them, for one of `[[reports]]`."""

    report: ReportSettings
    deadline: date
    expected: Figure
    came: tuple[tuple[UnitReport, Rows], ...]

    @property
    def missing(self) -> tuple[CommuneCode, ...]:
        """The communes of which none came, by code."""
        known = {one.commune_code for one, _ in self.came}
        return tuple(
            CommuneCode(code) for code in self.expected.about if code not in known
        )  # fmt: skip


def list_units_reported(question: ReportQuestion) -> Iterator[UnitsReported]:
    """Yield, for each report that units owe in the year, who owes it and what came."""
    province, year = question.province, question.period.year
    owing: defaultdict[CommuneCode, list[RowRef]] = defaultdict(list)
    for site in question.libraries:
        owing[site.commune_code] += question.list_place_rows(site.site_id)
    expected = count_things(owing.items())
    for report in province.settings.reports:
        if report.written_by != ReportLevel.UNIT:
            continue
        came = tuple(
            (one, (province.refer("unit_reports.csv", one.entry_id), *owing[one.commune_code]))
            for one in province.programme.unit_reports
            if one.report_id == report.id
            and one.year == year
            and one.received <= question.written
            and one.commune_code in owing
        )
        yield UnitsReported(report, report.find_deadline(year), expected, came)


def make_reporting_section(question: ReportQuestion) -> ReportSection:
    """Return the section of the units that have reported, and of those that have not."""
    lines: list[ReportLine] = []
    for told in list_units_reported(question):
        key = f"reporting.{told.report.id}"
        of, missing = (f"{key}.expected", f"{key}.came"), told.missing
        late = [pair for pair in told.came if pair[0].received > told.deadline]
        lines += (
            ReportLine(
                message("{report}: due on {day}", report=told.report.name,
                        day=told.deadline.isoformat()),
                (Traced(of[0], told.expected),),
            ),
            ReportLine(message("came"), (Traced(of[1], _count_units(told.came)),)),
            ReportLine(
                message("came after the deadline"), (Traced(f"{key}.late", _count_units(late)),),
                names_parts=True,
            ),
            ReportLine(
                message("not come yet"),
                (WorkedOut(f"{key}.missing", len(missing), of, about=missing),), names_parts=True,
            ),
        )  # fmt: skip
    return ReportSection(
        id="reporting",
        title=message("Who has reported"),
        columns=(message("Communes"),),
        lines=tuple(lines),
        notes=(message("Communes with a library owe one; unit_reports.csv says what came."),),
    )


def _count_units(came: Iterable[tuple[UnitReport, Rows]]) -> Figure:
    rows: defaultdict[CommuneCode, list[RowRef]] = defaultdict(list)
    for one, own in came:
        rows[one.commune_code] += own
    return count_things(rows.items())


def next_year(question: ReportQuestion) -> DateSpan:
    """Return the days of the year after the day of the report."""
    return DateSpan(question.on + timedelta(days=1), question.on + timedelta(days=365))
