"""The sessions of a month: those promised, those asked for besides, and those moved by wishes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import zip_longest

from planning.event_wishes import weigh_wishes
from planning.service_minutes import measure_session_min
from province.agenda import CalendarEntry, EntryEffect
from province.dates import Month
from province.days import list_windows, preferred_days
from province.facts import Province
from province.ids import SiteId, VisitId
from province.past import Past
from province.places import Site
from province.visits import USUAL, Task, Visit, VisitWish

Made = Mapping[str, tuple[date, ...]]
"""The days of visits that were made, by group of visits."""


def list_sessions(
    province: Province, month: Month, past: Past, *, access_min: Mapping[SiteId, float]
) -> Iterator[Visit]:
    """Yield the sessions of the month that were not held yet, by site.

    First the promised ones, then those wished for beyond them, then extra ones of the calendar. A
    wish for an event moves a promised session that is still to come; where none is, it is one
    more. A session that was held on a day of a wish or of an extra one was that one.

    Parameters
    ----------
    access_min
        Minutes from the depot by site; wishes of remote ones weigh more.
    """
    extra = _list_extra(province, month)
    wishes: dict[SiteId, list[VisitWish]] = defaultdict(list)
    for site_id, wish in weigh_wishes(province, month, access_min=access_min):
        wishes[site_id].append(wish)
    for site in province.sites:
        held = [d for s, d in past.sessions if s == site.site_id and Month.of(d) == month]
        missing = []
        for entry in extra[site.site_id]:
            days = [day for day in held if day in entry.first_span]
            if days:
                held.remove(days[0])
            else:
                missing.append(entry)
        promised = site.takes_sessions and site.is_enrolled_in(month)
        most = site.sessions_per_month if promised else 0
        names = [f"{site.site_id}-S{number}" for number in range(1 + len(held), most + 1)]
        for name, wish in zip_longest(names, _list_unmet(wishes[site.site_id], held)):
            if name is not None:
                yield _make_session(province, month, site, name, site.is_enrolled, wish)
            elif wish is not None:
                own = f"{site.site_id}-{wish.wish_id}"
                yield _make_session(province, month, site, own, wish.instead.__contains__, wish)
        for entry in missing:
            name = f"{site.site_id}-{entry.entry_id}"
            yield _make_session(province, month, site, name, entry.first_span.__contains__)


def name_sessions(site_id: SiteId) -> str:
    """Return the name of the group of a site's sessions, which keep a gap to each other."""
    return f"{site_id}-S"


def list_past_sessions(past: Past) -> Made:
    """Return the days of sessions that were held, or count as held, by group of visits."""
    made: dict[str, tuple[date, ...]] = {}
    for site_id, day in past.sessions:
        made[name_sessions(site_id)] = (*made.get(name_sessions(site_id), ()), day)
    return made


def _list_extra(province: Province, month: Month) -> dict[SiteId, list[CalendarEntry]]:
    """Return the rows of the calendar that ask for one session more in a month, by site."""
    extra: dict[SiteId, list[CalendarEntry]] = defaultdict(list)
    for entry in province.calendar:
        is_asked = entry.effect is EntryEffect.EXTRA_SESSION and entry.site_id is not None
        if is_asked and Month.of(entry.first_span.last) == month:
            extra[SiteId(str(entry.site_id))].append(entry)
    return extra


def _list_unmet(wishes: list[VisitWish], held: list[date]) -> list[VisitWish]:
    """Return the wishes of a site for which no session was held, each held one counted once."""
    left, unmet = list(held), []
    for wish in wishes:
        day = next((day for day in left if day in wish.instead), None)
        if day is None:
            unmet.append(wish)
        else:
            left.remove(day)
    return unmet


def _make_session(
    province: Province,
    month: Month,
    site: Site,
    name: str,
    may_be: Callable[[date], bool],
    wish: VisitWish | None = None,
) -> Visit:
    """Return a session at a site, on one of the days on which it may be."""
    service = province.settings.service
    windows = list_windows(province, site, month, (Task.SESSION,))
    better = preferred_days(province, site, month) if wish is None else frozenset()
    return Visit(
        visit_id=VisitId(name),
        site_id=site.site_id,
        tasks=(Task.SESSION,),
        service_min=measure_session_min(service, site.session_min),
        leaves=(),
        takes=(),
        windows=tuple(window for window in windows if may_be(window.day)),
        crew_min=service.session_crew_min,
        needs_session_vehicle=True,
        priority=USUAL,
        gap_group=name_sessions(site.site_id),
        gap_days=site.session_gap_days,
        preferred_days=better,
        wish=wish,
    )
