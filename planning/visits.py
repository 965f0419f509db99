"""Turns a month's movements, sessions, kits and trainings into visits."""

import dataclasses
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from planning.asked_visits import list_early_kits, list_kit_visits, list_training_visits
from planning.resting import find_ready_days
from planning.service_minutes import measure_exchange_min
from planning.sessions import Made, list_past_sessions, list_sessions
from planning.visit_names import keep_names
from planning.visit_pins import pin_visits
from province.dates import Month
from province.days import list_windows
from province.facts import Province
from province.ids import BatchId, SiteId, VisitId
from province.lockdown import is_temporary
from province.past import NO_PAST, Past
from province.stock import Kit
from province.visits import REMOTE_MIN, USUAL, Movement, Parcel, Task, Visit, Window
from routing.last_mile import list_meetings, narrow_windows
from routing.problem import LastMile, is_far_from

URGENT = 4
CARRIED = {Task.EXCHANGE, Task.KIT}  # what a motorbike can do in the stead of a vehicle
NO_HOMES: Mapping[BatchId, SiteId] = MappingProxyType({})
NO_DEPOTS: Mapping[SiteId, SiteId] = MappingProxyType({})
NO_LAST_MILES: Mapping[SiteId, LastMile] = MappingProxyType({})


def list_visits(
    province: Province,
    month: Month,
    movements: Iterable[Movement],
    *,
    access_min: Mapping[SiteId, float],
    last_miles: Mapping[SiteId, LastMile] = NO_LAST_MILES,
    past: Past = NO_PAST,
    late: frozenset[SiteId] = frozenset(),
    homes: Mapping[BatchId, SiteId] = NO_HOMES,
    nearest_depots: Mapping[SiteId, SiteId] = NO_DEPOTS,
    named_after: tuple[Visit, ...] | None = None,
) -> tuple[Visit, ...]:
    """Return all visits of a month, by id.

    An exchange and the first session of the same site share one stop where the site is open long
    enough for both. A site an hour's drive further than most gets a higher priority. Sessions and
    what is left at a site lie within the days of its enrolment; a batch is fetched on any day, and
    a kit comes on the days of its own. What belongs to two depots is never done on one stop. What
    only rides along shares a stop where that takes no window from the other visit. Kits that are
    due in a later month come to sites that have another visit, and may wait (`planning.waiting`).

    Parameters
    ----------
    movements
        The batches that move this month.
    access_min
        Minutes from the depot by site; remote sites come first when not all can be served.
    last_miles
        Villages whose batches and kits are handed over elsewhere to their own motorbikes.
    past
        What is done already is not asked for again, and nothing before its first day.
    late
        Sites that leave this month and whose batches may be fetched after their last day; at the
        others they are fetched before, where the site is open then at all.
    homes
        The depot where each batch lives; one that is not named lives at its own.
    nearest_depots
        Where a kit for a site lies that names no depot; not named: at the first.
    named_after
        Visits of a plan before, whose names the same ones keep; others that may wait do. None: no
        plan was before.
    """
    rested = find_ready_days(province, month, past)
    given = _Given(province, month, past, late, homes, nearest_depots, rested)
    own = _group(_list_own(given, movements, access_min))
    early = _group(list_early_kits(province, month, past, given.find_depot))
    made = list_past_sessions(past)
    visits: list[Visit] = []
    for site_id in sorted(own):
        if site_id in last_miles:
            merged = _merge_village(given, last_miles[site_id], own[site_id], made)
        else:
            merged = _merge([*own[site_id], *early.get(site_id, [])], made)
        is_remote = access_min.get(site_id, 0.0) >= REMOTE_MIN
        visits += [_rank(given, visit, is_remote) for visit in merged]
    named = keep_names(_list_asked(visits, named_after), named_after or ())
    ordered = tuple(sorted(named, key=lambda visit: visit.visit_id))
    return pin_visits(province.pins, month, ordered)


def _list_asked(visits: list[Visit], named_after: tuple[Visit, ...] | None) -> list[Visit]:
    """Return visits without those that may wait and that a plan before does not have."""
    if named_after is None:
        return visits
    known = {visit.visit_id for visit in named_after}
    return [visit for visit in visits if not visit.may_wait or visit.visit_id in known]


def _group(visits: Iterable[Visit]) -> Mapping[SiteId, list[Visit]]:
    """Return visits by site."""
    groups: dict[SiteId, list[Visit]] = defaultdict(list)
    for visit in visits:
        groups[visit.site_id].append(visit)
    return groups


@dataclass(frozen=True, slots=True)
class _Given:
    """What visits are made from, as `list_visits` describes it."""

    province: Province
    month: Month
    past: Past
    late: frozenset[SiteId]
    homes: Mapping[BatchId, SiteId]
    nearest_depots: Mapping[SiteId, SiteId]
    rested: Mapping[BatchId, date]

    def find_home(self, batch_id: BatchId) -> SiteId:
        """Return the depot where a batch lives."""
        return self.homes.get(batch_id) or self.province.batch_by_id[batch_id].depot_id

    def find_depot(self, kit: Kit) -> SiteId:
        """Return the depot at which a kit lies."""
        nearest = self.nearest_depots.get(kit.site_id, self.province.depots[0].site_id)
        return kit.depot_id or nearest

    def name_depot(self, depot_id: SiteId) -> SiteId | None:
        """Return the depot as a visit names it: not at all where there is no other."""
        return depot_id if len(self.province.depots) > 1 else None


def _list_own(
    given: _Given, movements: Iterable[Movement], access_min: Mapping[SiteId, float]
) -> Iterator[Visit]:
    """Yield what is asked of each site in the month, in the order in which it shares stops."""
    province, month, past = given.province, given.month, given.past
    sessions = tuple(list_sessions(province, month, past, access_min=access_min))
    wished = [visit for visit in sessions if visit.wish]
    yield from wished  # kits of their events join these first
    yield from _list_exchanges(given, movements)
    yield from (visit for visit in sessions if not visit.wish)
    yield from list_kit_visits(province, month, past, given.find_depot, wished)
    yield from list_training_visits(province, month, past)


def name_rides(village_id: SiteId) -> str:
    """Return the name of the group of stops for which a village's motorbikes ride."""
    return f"{village_id}-M"


def _list_exchanges(given: _Given, movements: Iterable[Movement]) -> Iterator[Visit]:
    """Yield the exchanges by site and depot; what is only taken is fetched before the site leaves.

    Batches of two depots at one site are two visits.
    """
    province, depots = given.province, {site.site_id for site in given.province.depots}
    leaves: dict[tuple[SiteId, SiteId], list[Parcel]] = defaultdict(list)
    takes: dict[tuple[SiteId, SiteId], list[Parcel]] = defaultdict(list)
    for move in sorted(movements, key=lambda m: m.batch_id):
        batch = province.batch_by_id[move.batch_id]
        parcel = Parcel(
            move.batch_id, move.from_site, move.to_site, batch.books, batch.boxes, batch.mass_kg
        )
        home = given.find_home(move.batch_id)
        if move.to_site not in depots:
            leaves[move.to_site, home].append(parcel)
        if move.from_site not in depots:
            takes[move.from_site, home].append(parcel)
    count: Counter[SiteId] = Counter()
    for key in sorted({*leaves, *takes}):
        count[key[0]] += 1
        number = "" if count[key[0]] == 1 else str(count[key[0]])
        name = VisitId(f"{key[0]}-X{number}")
        visit = _make_exchange(given, name, key[0], leaves[key], takes[key])
        yield dataclasses.replace(visit, depot_id=given.name_depot(key[1]))


def _make_exchange(
    given: _Given, name: VisitId, site_id: SiteId, left: list[Parcel], taken: list[Parcel]
) -> Visit:
    """Return the visit that leaves some batches of one depot at a site and takes others."""
    province, month, service = given.province, given.month, given.province.settings.service
    site = province.site_by_id[site_id]
    windows, priority = list_windows(province, site, month, (Task.EXCHANGE,)), USUAL
    if left:
        ready = _find_ready_day(given, left)
        windows = tuple(w for w in windows if site.is_enrolled(w.day) and w.day >= ready)
        priority = USUAL if taken else URGENT
    elif site_id not in given.late and not site.is_enrolled(month.last_day):
        last = site.enrolled_until
        in_time = tuple(w for w in windows if last is not None and w.day <= last)
        windows, priority = in_time or windows, URGENT
    boxes = sum(parcel.boxes for parcel in (*left, *taken))
    return Visit(
        visit_id=name,
        site_id=site_id,
        tasks=(Task.EXCHANGE,),
        service_min=measure_exchange_min(service, boxes, site.service_factor),
        leaves=tuple(left),
        takes=tuple(taken),
        windows=windows,
        crew_min=service.exchange_crew_min,
        needs_session_vehicle=False,
        priority=priority,
    )


def _rank(given: _Given, visit: Visit, is_remote: bool) -> Visit:
    """Return a visit with its priority, on days to come; books are to come to a new site soon."""
    site, rules = given.province.site_by_id[visit.receiver_id], given.province.settings.lockdown
    begun = given.past.first_day or date.min
    windows = tuple(window for window in visit.windows if window.day >= begun)
    if not is_temporary(site):
        priority = min(5, visit.priority + int(is_remote))
        return dataclasses.replace(visit, priority=priority, windows=windows)
    opened = max(site.enrolled_from or date.min, begun, given.month.first_day)
    soon = {w.day for w in windows if 0 <= (w.day - opened).days < rules.prompt_days}
    days = frozenset(soon) if visit.leaves else visit.preferred_days
    return dataclasses.replace(visit, priority=rules.priority, windows=windows, preferred_days=days)


def _find_ready_day(given: _Given, left: Iterable[Parcel]) -> date:
    """Return the first day on which parcels are home, rested, checked and on their way.

    A trip may set out as many nights before the stop as the rules allow.
    """
    settings, homecomings = given.province.settings, given.past.homecomings
    home = [homecomings[p.batch_id] for p in left if p.batch_id and p.batch_id in homecomings]
    ready = max(home, default=date.min) + timedelta(days=settings.service.check_days + 1)
    ready = max([ready, *(given.rested.get(p.batch_id, ready) for p in left if p.batch_id)])
    if ready <= (given.past.first_day or given.month.first_day):
        return date.min
    return ready + timedelta(days=settings.trips.max_nights)


def _merge_village(
    given: _Given, last_mile: LastMile, visits: list[Visit], made: Made
) -> list[Visit]:
    """Join the visits of a village: what motorbikes can carry is handed over before it."""
    carried = [visit for visit in visits if set(visit.tasks) <= CARRIED]
    rest = [visit for visit in visits if visit not in carried]
    handed = (_hand_over(given, last_mile, visit) for visit in _merge(carried, made))
    return [*handed, *_merge(rest, made)]


def _hand_over(given: _Given, last_mile: LastMile, visit: Visit) -> Visit:
    """Return the visit as a stop at the hand-over site, when that leaves time for the rides.

    The motorbikes ride for one stop a day.
    """
    days = {window.day for window in visit.windows}
    meetings = list_meetings(given.province, given.month, last_mile, visit.tasks)
    open_then = [window for window in meetings if window.day in days]
    return dataclasses.replace(
        visit,
        site_id=last_mile.handover_id,
        village_id=last_mile.village_id,
        windows=narrow_windows(last_mile, visit, open_then),
        gap_group=name_rides(last_mile.village_id),
        gap_days=1,
    )


def _merge(visits: list[Visit], made: Made) -> list[Visit]:
    """Join the visits of one site into as few stops as hours, depots and sessions held allow."""
    merged: list[Visit] = []
    for visit in visits:
        for index, other in enumerate(merged):
            if set(visit.tasks) & set(other.tasks) - {Task.KIT}:
                continue
            if (joined := _share_stop(other, visit, made)) is not None:
                merged[index] = joined
                break
        else:
            merged.append(visit)
    return merged


def _share_stop(first: Visit, second: Visit, made: Made) -> Visit | None:
    """Return two visits of one site as one stop, None where hours, depots or days forbid it."""
    if len({first.depot_id, second.depot_id} - {None}) > 1:
        return None
    joined = _join(first, second)
    firm = [visit for visit in (first, second) if visit.ride_vnd is None]
    if not firm and first.may_wait != second.may_wait:
        return None
    if len(firm) == 1 and joined.windows != tuple(sorted(firm[0].windows)):
        return None
    is_long = any(
        window.closes_min - window.opens_min >= joined.service_min
        and is_far_from(made.get(joined.gap_group, ()), joined, window.day)
        and (joined.wish is None or window.day in joined.wish.days)
        for window in joined.windows
    )
    return joined if is_long else None


def _join(first: Visit, second: Visit) -> Visit:
    tasks = tuple(task for task in Task if task in (*first.tasks, *second.tasks))
    return dataclasses.replace(
        first,
        tasks=tasks,
        service_min=first.service_min + second.service_min,
        leaves=(*first.leaves, *second.leaves),
        takes=(*first.takes, *second.takes),
        windows=_intersect(first.windows, second.windows),
        crew_min=max(first.crew_min, second.crew_min),
        needs_session_vehicle=first.needs_session_vehicle or second.needs_session_vehicle,
        priority=max(first.priority, second.priority),
        gap_group=first.gap_group or second.gap_group,
        gap_days=max(first.gap_days, second.gap_days),
        preferred_days=first.preferred_days | second.preferred_days,
        depot_id=first.depot_id or second.depot_id,
        wish=first.wish or second.wish,
        ride_vnd=None
        if first.ride_vnd is None or second.ride_vnd is None
        else first.ride_vnd + second.ride_vnd,
        course_id=first.course_id or second.course_id,
        may_wait=first.may_wait and second.may_wait,
    )


def _intersect(first: tuple[Window, ...], second: tuple[Window, ...]) -> tuple[Window, ...]:
    common = {
        Window(a.day, max(a.opens_min, b.opens_min), min(a.closes_min, b.closes_min))
        for a, b in itertools.product(first, second)
        if a.day == b.day
    }
    return tuple(sorted(window for window in common if window.opens_min < window.closes_min))
