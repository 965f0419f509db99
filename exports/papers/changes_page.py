"""Writes `changes.html`: what is otherwise since the month was planned again, whom to tell."""

from collections.abc import Iterator
from dataclasses import dataclass

from exports.pages.page import make_paper
from exports.papers.changed_handover import list_changed_handovers
from exports.papers.overview import CHANGED, draw_changes, name_gravity
from exports.text.formats import format_month
from exports.text.plain import name_files
from exports.versions import FOLDER
from planning.figures import FigureChange, compare_totals
from planning.find_plan import PLAN_NAME
from planning.plan import Plan, Replanned, VisitChange
from planning.plan_file import read_plan
from planning.replan.paper_trips import list_paper_trips
from planning.replan.told import (
    find_unserved,
    list_changed,
    list_told_communes,
    list_told_crews,
)
from planning.waits import list_causes, list_waiting
from province.errors import InputError
from province.facts import Province
from province.ids import CrewId, TripId
from province.language import Language, message, translate

FIGURES = ("visits_served", "trips", "length_km", "driving_hours", "nights", "cost_vnd")
"""Figures that are set side by side."""

ALLOWED = {
    "fill": message("only what was lost was placed anew"),
    "move": message("other visits moved too, where that pays"),
    "all": message("anything might change"),
}


@dataclass(frozen=True, slots=True)
class ToldCrew:
    """A crew that must be told.

    Parameters
    ----------
    trips
        Its trips that became otherwise.
    """

    crew_id: CrewId
    changes: tuple[VisitChange, ...]
    trips: tuple[TripId, ...]


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield `changes.html`; the ways before are those of the version before, where it is kept."""
    replanned = plan.replanned
    assert replanned is not None
    month, changes = format_month(plan.month, language), list_changed(plan)
    told = list_told_communes(plan, province)
    label = translate(message("Changed places, ways before and now"), language)
    before = find_plan_before(plan, province)
    page = make_paper(
        "papers/changes_page.html.j2", language=language, style="changes.css", plan=plan,
        title=translate(message("What is otherwise in {month}", month=month), language),
        province=province, replanned=replanned, changes=changes,
        allowed=ALLOWED[replanned.allow], missed=find_unserved(plan),
        figures={one.name: one for one in list_figures(replanned)},
        counts=[
            (kind, colour, sum(name_gravity(one) == kind for one in changes))
            for kind, colour in CHANGED.items()
        ],
        overview=draw_changes(plan, before, province, label), has_before=before is not None,
        communes=province.commune_by_code, told=told, notices=name_files(told),
        waits=list_waiting(plan), causes=lambda trip: list_causes(province, trip),
        crews=list_crews_told(plan), titles=province.content_names,
        drivers=name_files(trip.trip_id for trip in list_paper_trips(plan)),
        records=name_files(
            {one.trip.trip_id for one, _ in list_changed_handovers(plan, province)}
        ),
    )  # fmt: skip
    yield "changes.html", page


def list_figures(replanned: Replanned) -> tuple[FigureChange, ...]:
    """Return figures of the part of the month that was planned again, and those before."""
    every = compare_totals(replanned.after, replanned.before)
    return tuple(one for one in every if one.name in FIGURES)


def list_crews_told(plan: Plan) -> tuple[ToldCrew, ...]:
    """Return the crews that must be told, by id."""
    crew_of = {trip.trip_id: trip.crew_id for trip in list_paper_trips(plan)}
    rerouted = {t for t in (plan.replanned.rerouted if plan.replanned else ()) if t in crew_of}
    told: dict[CrewId, tuple[VisitChange, ...]] = {crew_of[trip_id]: () for trip_id in rerouted}
    told |= list_told_crews(plan)

    def list_trips(crew_id: CrewId) -> tuple[TripId, ...]:
        made = {change.after.trip_id for change in told[crew_id] if change.after}
        return tuple(t for t in sorted(rerouted | made) if crew_of.get(t) == crew_id)

    return tuple(ToldCrew(crew, told[crew], list_trips(crew)) for crew in sorted(told))


def find_plan_before(plan: Plan, province: Province) -> Plan | None:
    """Return the version that a plan replaced, if the province folder keeps it."""
    folder = province.folder / "plans" / str(plan.month) / FOLDER
    path = folder / f"{plan.revision - 1:03d}" / PLAN_NAME
    if not path.is_file():
        return None
    try:
        before = read_plan(path)
    except InputError:
        return None
    is_same = (before.month, before.province_code) == (plan.month, plan.province_code)
    return before if is_same else None
