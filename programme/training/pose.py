"""Makes the numbers of the training plan of the facts of a province."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from programme.invited import Invited, count_invited, list_invited
from programme.measure import GoalQuestion, Yardstick
from programme.money import FundBalance, list_balances
from programme.standing import list_goals, list_scopes
from programme.training.problem import (
    CENT,
    CoursePurse,
    Learner,
    Meeting,
    StaffGroup,
    TrainingProblem,
    count_minutes,
)
from province.courses import Occurrence, find_occurrence, list_occurrences
from province.dates import DateSpan
from province.facts import Province
from province.ids import CourseId, SiteId
from province.language import Message, message
from province.programme_facts import Fund, Purpose
from roads.travel import Roads

Ways = dict[SiteId, tuple[float, float]]
"""Minutes one way, and kilometres there and back, by site; none where no road leads."""


def pose_training(province: Province, on: date, until: date) -> TrainingProblem:
    """Return who can be invited to which course from a day until another, both included.

    Who is invited already stays so: their seats and their money are taken off first.
    """
    gathered = _Gathered(province, on, until)
    meetings = sorted(gathered.list_meetings(), key=lambda one: (one.occurrence.first, one.key))
    rules = province.settings.training
    return TrainingProblem(
        learners=gathered.learners,
        meetings=tuple(meetings),
        purses=tuple(
            dataclasses.replace(purse, left=left, minutes_left=minutes)
            for purse, left, minutes in zip(
                gathered.purses, gathered.left, gathered.minutes_left, strict=True
            )
        ),
        needed=gathered.count_needed(),
        firsts=gathered.list_firsts(),
        worth=round(rules.worth_vnd * CENT),
        first_worth=round(rules.first_worth_vnd * CENT),
    )


@dataclass
class _Gathered:
    """What the problem is put together from.

    `left` and `minutes_left` of each purse fall by what is set aside already.
    """

    province: Province
    on: date
    until: date
    learners: tuple[Learner, ...] = ()
    balances: tuple[FundBalance, ...] = ()
    purses: tuple[CoursePurse, ...] = ()
    left: list[int] = field(default_factory=list)
    minutes_left: list[int | None] = field(default_factory=list)
    invited: tuple[Invited, ...] = ()
    roads: Roads | None = None

    def __post_init__(self) -> None:
        self.yardstick = Yardstick.of(self.province)
        self.scope = list_scopes(self.province)[0]
        self.invited = list_invited(self.province)
        self.learners = tuple(self._list_learners())
        self.balances = list_balances(self.province, date.max)
        own = self.province.settings.province.currency
        self.purses = tuple(
            CoursePurse(
                one.fund.fund_id, max(0, round(one.left.value * CENT)), one.currency == own
            )
            for one in self.balances
        )  # fmt: skip
        self.left = [purse.left for purse in self.purses]
        self.minutes_left = [
            None if one.fund.course_hours is None
            else max(0, round(60 * one.fund.course_hours) - self._count_begun(one.fund))
            for one in self.balances
        ]  # fmt: skip

    def _count_begun(self, fund: Fund) -> int:
        """Return the minutes of courses to which people were invited and that began before.

        Those alone that name the fund: of others nobody wrote down who paid.
        """
        facts = self.province.programme
        courses = {one.course_id: one for one in facts.courses if one.fund_id == fund.fund_id}
        sites = {one.staff_id: one.site_id for one in facts.staff}
        begun: dict[tuple[CourseId, date, SiteId | None], int] = {}
        for one in facts.invitations:
            course = courses.get(one.course_id)
            occurrence = find_occurrence(course, one.start) if course else None
            if course is not None and occurrence is not None and occurrence.first < self.on:
                site = sites[one.staff_id] if course.is_on_site else None
                begun[course.course_id, occurrence.first, site] = count_minutes(occurrence)
        return sum(begun.values())

    def _list_learners(self) -> Iterator[Learner]:
        counted = {one.staff_id for one in self.yardstick.list_staff(self.scope, self.on)}
        invited, sites = count_invited(self.province), self.province.site_by_id
        for one in self.province.programme.staff:
            people = one.untrained - invited.get(one.staff_id, 0)
            if people > 0 and sites[one.site_id].is_served and one.works(self.on):
                yield Learner(one.staff_id, one.site_id, people, one.staff_id in counted)

    def list_firsts(self) -> frozenset[SiteId]:
        """Return the libraries where nobody is trained or invited."""
        have = {one.site_id for one in self.province.programme.staff
                if one.trained and one.works(self.on)}  # fmt: skip
        have |= {one.staff.site_id for one in self.invited}
        return frozenset(one.site_id for one in self.learners) - have

    def count_needed(self) -> dict[int, int]:
        """Return the people missing to goals by the end of years, those invited left out."""
        needed: dict[int, int] = {}
        staff = self.yardstick.list_staff(self.scope, self.on)
        counted = {one.staff_id for one in staff}
        for goal in list_goals(self.province):
            if goal.counts != "staff":
                continue
            measure = GoalQuestion(self.yardstick, goal, self.scope, self.on).measure()
            for year, by in goal.by.items():
                day = date(int(year), 12, 31)
                if not self.on <= day <= self.until:
                    continue
                coming = sum(
                    one.people for one in self.invited
                    if one.staff.staff_id in counted and one.occurrence.last <= day
                )  # fmt: skip
                missing = measure.find_needed(by) - measure.value.count - coming
                needed[int(year)] = max(needed.get(int(year), 0), missing, 0)
        return dict(sorted(needed.items()))

    def list_meetings(self) -> Iterator[Meeting]:
        """Yield every occurrence that begins on one of the days, on site one for each library."""
        span = DateSpan(self.on, self.until)
        for course in self.province.programme.courses:
            for occurrence in list_occurrences(course, span):
                if occurrence.last > self.until:
                    continue
                places = self._list_places(occurrence) if course.is_on_site else (None,)
                yield from (self._make_meeting(occurrence, site) for site in places)

    def _list_places(self, occurrence: Occurrence) -> list[SiteId]:
        """Return the libraries to which a trainer may come, with somebody to be trained."""
        asked = {one.site_id for one in self.learners}
        asked |= {one.staff.site_id for one in self._list_own(occurrence, None)}
        sites = (self.province.site_by_id[site_id] for site_id in sorted(asked))
        return [
            site.site_id for site in sites
            if (site.takes_rotation or site.takes_sessions)
            and any(site.is_enrolled(day) for day in occurrence.days)
        ]  # fmt: skip

    def _list_own(self, occurrence: Occurrence, site_id: SiteId | None) -> list[Invited]:
        return [
            one for one in self.invited
            if one.occurrence == occurrence and site_id in (None, one.staff.site_id)
        ]  # fmt: skip

    def _make_meeting(self, occurrence: Occurrence, site_id: SiteId | None) -> Meeting:
        course = occurrence.course
        payers, unpaid = self._list_payers(occurrence)
        is_own = all(self.purses[k].is_own for k in payers if k is not None)
        ways = self._measure_ways(occurrence)
        prices = {
            site: self._price_way(occurrence, site, way) if is_own else 0
            for site, way in ways.items()
        }
        comes = {
            k: prices[one.site_id] for k, one in enumerate(self.learners)
            if one.site_id in prices and site_id in (None, one.site_id)
            and self._works(one, occurrence)
        }  # fmt: skip
        cost = round(occurrence.cost * CENT)
        invited = self._list_own(occurrence, site_id)
        seats = max(0, course.seats - sum(one.people for one in invited))
        if not cost and not any(comes.values()):
            payers, unpaid = (None,), None
        meeting = Meeting(occurrence, site_id, seats, cost, payers, comes, unpaid)
        if not invited:
            return meeting
        agreed = cost + sum(prices.get(one.staff.site_id, 0) * one.people for one in invited)
        announced = tuple(
            StaffGroup(one.staff.staff_id, one.staff.site_id, one.people) for one in invited
        )
        return self._set_aside(meeting, announced, agreed)

    def _set_aside(
        self, meeting: Meeting, announced: tuple[StaffGroup, ...], agreed: int
    ) -> Meeting:
        """Return a meeting that is announced, and take its money off the first purse that can."""
        minutes = count_minutes(meeting.occurrence)
        able = [
            k for k in meeting.payers
            if k is None or (self.left[k] >= agreed and self._has_time(k, minutes))
        ]  # fmt: skip
        unpaid = meeting.unpaid
        if not able:
            able = [None]
            unpaid = unpaid or message(
                "it is announced, but no fund has so much money or so many hours left"
            )
        payer = able[0]
        if payer is not None:
            self.left[payer] -= agreed
            self.minutes_left[payer] = _less(self.minutes_left[payer], minutes)
        return dataclasses.replace(
            meeting, cost=0, payers=(payer,), unpaid=unpaid, announced=announced, agreed=agreed
        )

    def _has_time(self, payer: int, minutes: int) -> bool:
        left = self.minutes_left[payer]
        return left is None or left >= minutes

    def _works(self, learner: Learner, occurrence: Occurrence) -> bool:
        staff = next(s for s in self.province.programme.staff if s.staff_id == learner.staff_id)
        return staff.works(occurrence.first) and staff.works(occurrence.last)

    def _list_payers(self, occurrence: Occurrence) -> tuple[tuple[int | None, ...], Message | None]:
        """Return the purses that may pay for an occurrence, or why none may."""
        named = occurrence.course.fund_id
        faults = {
            k: self._refuse(one, occurrence) for k, one in enumerate(self.balances)
            if named == one.fund.fund_id or (named is None and self.purses[k].is_own)
        }  # fmt: skip
        able = tuple(k for k, fault in faults.items() if fault is None)
        if named is not None:
            return able, None if able else next(iter(faults.values()))
        return able or (None,), None

    def _refuse(self, balance: FundBalance, occurrence: Occurrence) -> Message | None:
        """Return why a fund does not pay for an occurrence, None if it may."""
        fund = balance.fund
        if occurrence.first < fund.from_date or occurrence.last > fund.until:
            return message(
                "{fund} pays from {first} to {last} only",
                fund=fund.name, first=fund.from_date.isoformat(), last=fund.until.isoformat(),
            )  # fmt: skip
        if fund.charges and Purpose.TRAINING not in fund.charges:
            return message("{fund} does not pay for training", fund=fund.name)
        return None

    def _price_way(self, occurrence: Occurrence, site: SiteId, way: tuple[float, float]) -> int:
        course, rules = occurrence.course, self.province.settings.training
        if course.site_id is None or course.site_id == site:
            return 0
        days = len(occurrence.days) * rules.stay_vnd_per_day
        trips = len(occurrence.starts) * way[1] * rules.travel_vnd_per_km
        return round((days + trips) * CENT)

    def _measure_ways(self, occurrence: Occurrence) -> Ways:
        """Return the libraries from which people can come, with their way."""
        sites = tuple(sorted({one.site_id for one in self.learners}
                             | {one.staff.site_id for one in self.invited}))  # fmt: skip
        place = occurrence.course.site_id
        if place is None or not sites:
            return dict.fromkeys(sites, (0.0, 0.0))
        self.roads = self.roads or Roads(self.province)
        vehicle = min(self.province.vehicles, key=lambda one: (one.gross_t, one.vehicle_id))
        travel = self.roads.measure(vehicle, occurrence.first, sites, (place,))
        return dict(_list_ways(sites, travel.drive_min[:, 0], travel.wait_min[:, 0],
                               travel.length_m[:, 0],
                               self.province.settings.training.travel_max_min, place))  # fmt: skip


def _less(left: int | None, minutes: int) -> int | None:
    """Return what a limit leaves; None: there is none."""
    return None if left is None else left - minutes


def _list_ways(
    sites: Sequence[SiteId], drive: Iterable[int], wait: Iterable[int], metres: Iterable[int],
    most_min: int, place: SiteId,
) -> Iterator[tuple[SiteId, tuple[float, float]]]:  # fmt: skip
    for site, minutes, waits, length in zip(sites, drive, wait, metres, strict=True):
        if site == place:
            yield site, (0.0, 0.0)
        elif minutes >= 0 and minutes + waits <= most_min:
            yield site, (float(minutes + waits), 2 * float(length) / 1000)
