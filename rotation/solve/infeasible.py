"""Why no rotation can satisfy the rules, and what would loosen them."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from province.ids import SiteId
from province.language import Message, message
from rotation.instance.allowed import can_be_carried, can_travel, count_wanted_books
from rotation.instance.instance import RotationInstance
from rotation.instance.score import guests_by_library, missed_floors, missed_pins, visit_months
from rotation.problem import IndexStay, RotationProblem, Schedule, find_return


def explain_shortage(instance: RotationInstance) -> list[Message]:
    """Return that the batches are too few for the libraries, where counting alone proves it.

    In a span of months in which no library may stand empty throughout, each batch is at one library
    a month. Where there are several depots, each is counted alone as well, with the libraries that
    only its batches come to.
    """
    libraries: Counter[tuple[int, int]] = Counter((first, end) for _, first, end in instance.floors)
    batches = len(instance.problem.batches)
    for (first, end), count in sorted(libraries.items()):
        if count > batches * (end - first):
            return [say_shortage(batches, count, end - first)]
    depots = [batch.depot_id for batch in instance.problem.batches]
    served = _list_depots(instance)
    for depot in sorted(set(depots)):
        own = Counter((first, end) for p, first, end in instance.floors if served[p] == {depot})
        for (first, end), count in sorted(own.items()):
            if count > depots.count(depot) * (end - first):
                short = say_shortage(depots.count(depot), count, end - first)
                return [message("depot {depot}: {short}", depot=depot, short=short)]
    return []


def _list_depots(instance: RotationInstance) -> list[set[SiteId]]:
    """Return the depots of which some batch may stand at each library."""
    may: npt.NDArray[np.bool_] = np.any(np.isfinite(instance.value), axis=(2, 3))
    return [
        {
            batch.depot_id
            for b, batch in enumerate(instance.problem.batches)
            if may[b, p] or instance.run_library[b] == p
        }
        for p in range(len(instance.problem.libraries))
    ]


def say_shortage(batches: int, libraries: int, months: int) -> Message:
    """Return that so many libraries cannot each have a batch within so many months."""
    return message(
        "rule no_library_stands_empty_too_long: {batches} batches are at no more than {most} "
        "libraries within {months} months, and {libraries} must have one; raise max_empty_months, "
        "enrol fewer libraries or give more batches",
        batches=batches,
        most=batches * months,
        months=months,
        libraries=libraries,
    )


def explain_pins(instance: RotationInstance) -> list[Message]:
    """Return why pins contradict another rule; empty when each can be met on its own."""
    return list(dict.fromkeys((*_explain_single_pins(instance), *_explain_full_pins(instance))))


def _explain_single_pins(instance: RotationInstance) -> Iterator[Message]:
    places: dict[tuple[int, int], set[int]] = defaultdict(set)
    for b, p, t in instance.pins:
        places[b, t].add(p)
    for b, p, t in instance.pins:
        names = _name_pin(instance, b, p, t)
        if len(places[b, t]) > 1:
            yield message(
                "{batch} is pinned to two libraries in {month}; take one of the pins away",
                batch=names["batch"],
                month=names["month"],
            )
        elif not _can_stand(instance, b, p, t):
            why = explain_barrier(instance, b, p, t)[1]
            yield message("{batch} is pinned to {site} in {month}, but {why}", why=why, **names)


def _explain_full_pins(instance: RotationInstance) -> Iterator[Message]:
    """Yield which batches cannot all be pinned to a library in a month."""
    pinned: dict[tuple[int, int], list[int]] = defaultdict(list)
    for b, p, t in instance.pins:
        pinned[p, t].append(b)
    for (p, t), batches in sorted(pinned.items()):
        names = _name_pin(instance, batches[0], p, t)
        where: dict[str, str | int] = {"site": names["site"], "month": names["month"]}
        books, count = int(instance.books[batches].sum()), len(batches)
        room, most = int(instance.capacity_books[p, t]), int(instance.capacity_batches[p, t])
        if books > room:
            yield message(
                "{count} batches with {books} books are pinned to {site} in {month}, which has "
                "room for {room}; take a pin away or give it more capacity_books",
                count=count, books=books, room=room, **where,
            )  # fmt: skip
        if count > most:
            yield message(
                "{count} batches are pinned to {site} in {month}, but at most {most} may stand "
                "there; take a pin away or raise max_batches_per_library",
                count=count, most=most, **where,
            )  # fmt: skip


def _name_pin(instance: RotationInstance, batch: int, library: int, month: int) -> dict[str, str]:
    problem = instance.problem
    return {
        "batch": str(problem.batches[batch].batch_id),
        "site": str(problem.libraries[library].site_id),
        "month": str(problem.months[month]),
    }


def _can_stand(instance: RotationInstance, batch: int, library: int, month: int) -> bool:
    runs = instance.run_library[batch] == library
    if runs and np.isfinite(instance.run_value[batch, month + 1 :]).any():
        return True
    first = max(0, month - instance.value.shape[3] + 1)
    return any(
        instance.allows(IndexStay(batch, library, s, end))
        for s in range(first, month + 1)
        for end in range(month + 1, s + instance.value.shape[3] + 1)
    )


def explain_barrier(
    instance: RotationInstance, batch: int, library: int, month: int
) -> tuple[str, Message]:
    """Return the name of the rule that keeps a batch from a library in a month, and a sentence."""
    problem = instance.problem
    one, site = problem.batches[batch], problem.libraries[library]
    wanted = count_wanted_books(one, site, problem)
    seen = 1 - float(instance.fresh[batch, library, month])
    if not site.first_month <= month <= site.last_month:
        return "libraries_are_enrolled", message(
            "the library is not enrolled then; change enrolled_from or enrolled_until"
        )
    if one.books > site.capacity_books:
        return "shelves_hold_the_books", message(
            "its {books} books do not fit on shelves for {room}; raise capacity_books",
            books=one.books,
            room=site.capacity_books,
        )
    if one.networks and site.network not in one.networks:
        return "owners_networks_are_kept", message(
            "its owner keeps it in the networks {networks} and the library is in {network}; "
            "change networks",
            networks=", ".join(one.networks),
            network=site.network,
        )
    if 2 * wanted < one.books:
        return "batches_suit_the_library", message(
            "only {wanted} of its {books} books are in a language and for an audience that the "
            "library asked for; change languages or audiences",
            wanted=wanted,
            books=one.books,
        )
    if seen > problem.rules.max_seen_share + 1e-9:
        return "few_titles_were_seen_before", message(
            "{pct} % of its titles were seen there within {months} months; raise max_seen_share "
            "or wait",
            pct=round(100 * seen),
            months=problem.rules.memory_months,
        )
    if month >= (due := find_return(problem, batch)):
        return "borrowed_batches_are_back_in_time", message(
            "it is another province's and is to be fetched by {month}",
            month=str(problem.months[0].plus(due)),
        )
    if (batch, month) in problem.resting:
        return "books_of_a_lockdown_rest", message(
            "it comes from where a lockdown holds and rests until the month ends; lower rest_days"
            " or check_days"
        )
    if not any(can_be_carried(problem, batch, library, t) for t in range(month + 1)):
        return _explain_carriage(problem, batch, library, month)
    return "stays_are_within_limits", message(
        "no stay within the shortest and longest months can be brought and fetched then"
    )


def _explain_carriage(
    problem: RotationProblem, batch: int, library: int, month: int
) -> tuple[str, Message]:
    """Return the name of the rule by which a batch is not carried up to a month, and why."""
    one, site = problem.batches[batch], problem.libraries[library].site_id
    months = [t for t in range(month + 1) if can_travel(problem, batch, t)]
    if any(problem.reach.carries(site, problem.months[t], one.boxes) for t in months):
        return "vehicles_reach_the_library", message(
            "no vehicle of its depot {depot} gets its {boxes} boxes there in time, only one of "
            "another depot; send a batch of that depot",
            depot=one.depot_id,
            boxes=one.boxes,
        )
    return "vehicles_reach_the_library" if months else "only_fit_batches_travel", message(
        "no vehicle gets its {boxes} boxes there in time, or it rests, is in repair or lent",
        boxes=one.boxes,
    )


def explain_debts(instance: RotationInstance, schedule: Schedule) -> Iterator[Message]:
    """Yield which rules a schedule that still has debts could not keep."""
    problem = instance.problem
    for pin in missed_pins(instance, schedule):
        yield message(
            "the pin of {batch} to {site} in {month} clashes with other pins, shelf space or the "
            "longest stay; take it away or loosen them",
            **_name_pin(instance, *pin),
        )
    guests = guests_by_library(schedule)
    for p, first, end in missed_floors(instance, guests):
        yield message(
            "{site} would stand empty from {first} to {last}, longer than {most} months; raise "
            "max_empty_months, enrol fewer libraries or give more batches",
            site=str(problem.libraries[p].site_id),
            first=str(problem.months[first]),
            last=str(problem.months[end - 1]),
            most=problem.rules.max_empty_months,
        )
    for t, hours in enumerate(instance.hours.tolist()):
        visited = (p for p, group in sorted(guests.items())
                   if t in visit_months(group, instance.num_months))  # fmt: skip
        used = sum(float(instance.visit_hours[p]) for p in visited)
        if used > hours + 1e-9:
            yield message(
                "exchanges in {month} need {used} vehicle hours and there are {hours}; raise "
                "vehicle_hours_per_month or max_stay_months",
                month=str(problem.months[t]),
                used=round(used, 1),
                hours=round(hours, 1),
            )
