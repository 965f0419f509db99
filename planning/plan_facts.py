"""Checks that a plan and the facts of a province still fit together."""

import dataclasses
from collections.abc import Iterable, Iterator

from planning.plan import Plan
from province.errors import InputError
from province.facts import Province, digest_facts
from province.findings import Findings
from province.language import message
from province.model_settings import ModelSettings
from province.programme_facts import ProgrammeFacts
from province.programme_settings import TargetSettings
from province.rollout_settings import RolloutSettings
from province.training_settings import TrainingSettings
from routing.trips import Trip

LEDGER = ("journal", "results")


def digest_folder(province: Province) -> str:
    """Return the SHA-256 over all facts by which plans are made, but what was recorded."""
    return digest_facts(_leave_out_unplanned(province), without=LEDGER)


def has_changed(plan: Plan, province: Province) -> bool:
    """Whether the facts are others than those the plan was made from."""
    return plan.facts_digest != digest_planned(province)


def digest_planned(province: Province) -> str:
    """Return the SHA-256 over all facts by which plans are made."""
    return digest_facts(_leave_out_unplanned(province))


def _leave_out_unplanned(province: Province) -> Province:
    """Return the facts without those that nothing is planned by.

    They are the programme, but for who is to be trained on site, where trips go; and how a library
    system calls sites and books.
    """
    bare: dict[str, object] = {
        "targets": TargetSettings(),
        "goals": (),
        "criteria": (),
        "reports": (),
        "rollout": RolloutSettings(),
        "models": ModelSettings(),
        "training": TrainingSettings(),
    }
    settings = province.settings.model_copy(update=bare)
    return dataclasses.replace(
        province,
        settings=settings,
        programme=_keep_trainings(province.programme),
        sites=tuple(dataclasses.replace(site, branch="") for site in province.sites),
        copies=(),
    )


def _keep_trainings(facts: ProgrammeFacts) -> ProgrammeFacts:
    """Return the courses on site to which somebody is invited, and who; not who came."""
    courses = {one.course_id: one for one in facts.courses if one.is_on_site}
    asked = [one for one in facts.invitations if one.course_id in courses]
    own = {one.staff_id for one in asked}
    return ProgrammeFacts(
        courses=tuple(courses[key] for key in sorted({one.course_id for one in asked})),
        invitations=tuple(
            dataclasses.replace(one, attended=None, held=None, proof="", note="") for one in asked
        ),
        staff=tuple(
            dataclasses.replace(
                one, people=1, trained=0, trained_date=None, course_id=None, invitation_id=None,
                proof="", note="",
            )
            for one in facts.staff if one.staff_id in own
        ),
    )  # fmt: skip


def refuse_strange_names(plan: Plan, province: Province) -> None:
    """Raise InputError when a plan names what the facts do not know; documents cannot be drawn.

    Raises
    ------
    InputError
        Naming everything that is missing, once.
    """
    us = province.settings.province
    if plan.province_code != us.code:
        raise InputError.of(
            "plan.json", "province_code", plan.province_code,
            expected=message("the plan of {province}", province=us.name),
            advice=message("name the folder of the plan's province with --province"),
        )  # fmt: skip
    known = _list_known(province) | {"visits": {visit.visit_id for visit in plan.visits}}
    names = (*_list_names(plan), *_list_trip_names(plan.all_trips))
    refuse_missing((file, name) for file, name in names if name not in known[file])


def refuse_strange_trips(trips: Iterable[Trip], province: Province) -> None:
    """Raise InputError when trips that had begun name what the facts do not know any more."""
    known = _list_known(province)
    names = _list_trip_names(trips)
    refuse_missing((file, name) for file, name in names if name not in known[file])


def _list_known(province: Province) -> dict[str, set[str]]:
    return {
        "libraries.csv": {site.site_id for site in province.sites},
        "batches.csv": {batch.batch_id for batch in province.batches},
        "vehicles.csv": {vehicle.vehicle_id for vehicle in province.vehicles},
        "crews.csv": {crew.crew_id for crew in province.crews},
        "roads": {segment.segment_id for segment in province.segments},
    }


def refuse_missing(names: Iterable[tuple[str, str]]) -> None:
    """Raise InputError naming what plans name and a file has not, once each: file and name."""
    findings = Findings()
    for file, name in sorted(set(names)):
        findings.at("plan.json", None, file).add(
            name,
            expected=message("something that stands in {file}", file=file),
            advice=message("put it back, or plan the month again where no trip begun names it"),
        )
    if findings.faults:
        raise InputError(findings.faults)


def _list_names(plan: Plan) -> Iterator[tuple[str, str]]:
    for delivery in plan.deliveries:
        yield "batches.csv", delivery.batch_id
        yield "libraries.csv", delivery.from_site
        yield "libraries.csv", delivery.to_site
    for stay in plan.rotation.stays:
        yield "batches.csv", stay.batch_id
        yield "libraries.csv", stay.site_id
    for forced in plan.rotation.forced:
        yield "libraries.csv", forced.site_id
    for visit in plan.visits:
        yield "libraries.csv", visit.site_id
        yield "libraries.csv", visit.receiver_id
    for unserved in plan.trips.unserved:
        yield "visits", unserved.visit_id
    for trip in plan.trips.trips:
        for stop in trip.stops:
            yield "visits", stop.visit_id
    rerouted = plan.replanned.rerouted if plan.replanned else ()
    for trip in (*plan.trips.trips, *(t for t in plan.standing_trips if t.trip_id in rerouted)):
        rides = (ride.leg for _, ride in trip.rides())
        for leg in (*(leg for _, leg in trip.legs()), *rides):
            yield "libraries.csv", leg.from_site
            yield "libraries.csv", leg.to_site
            for segment_id, _ in leg.segments:
                yield "roads", segment_id


def _list_trip_names(trips: Iterable[Trip]) -> Iterator[tuple[str, str]]:
    """Yield what documents look up for trips that have begun too."""
    for trip in trips:
        yield "vehicles.csv", trip.vehicle_id
        yield "crews.csv", trip.crew_id
        yield "libraries.csv", trip.depot_id
        for night in trip.nights:
            yield "libraries.csv", night.site_id
        for stop in trip.stops:
            yield "libraries.csv", stop.site_id
            yield "libraries.csv", stop.receiver_id
        for _, ride in trip.rides():
            yield "vehicles.csv", ride.vehicle_id
