"""Why no rotation can satisfy the rules, and what would loosen them."""

from collections import Counter, defaultdict

from province.language import Message, message
from rotation.instance.instance import Grid, Schedule, can_be_carried, count_wanted_books
from rotation.instance.score import guests_by_library, missed_floors, visit_months


def explain_shortage(grid: Grid) -> list[Message]:
    """Return that the batches are too few for the libraries, where counting alone proves it.

    In a span of months in which no library may stand empty throughout, each batch is at one library
    a month.
    """
    libraries: Counter[tuple[int, int]] = Counter((first, end) for _, first, end in grid.floors)
    batches = len(grid.problem.batches)
    for (first, end), count in sorted(libraries.items()):
        if count > batches * (end - first):
            return [say_shortage(batches, count, end - first)]
    return []


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


def explain_pins(grid: Grid) -> list[Message]:
    """Return why pins contradict another rule; empty when each can be met on its own."""
    problem = grid.problem
    found: list[Message] = []
    wanted: dict[tuple[int, int], list[int]] = defaultdict(list)
    for b, p, t in grid.pins:
        places = {x for o, x, month in grid.pins if o == b and month == t}
        names = {
            "batch": str(problem.batches[b].batch_id),
            "site": str(problem.libraries[p].site_id),
            "month": str(problem.months[t]),
        }
        wanted[p, t].append(b)
        if len(places) > 1:
            found.append(
                message(
                    "{batch} is pinned to two libraries in {month}; take one of the pins away",
                    batch=names["batch"],
                    month=names["month"],
                )
            )
        elif not _can_stand(grid, b, p, t):
            found.append(
                message(
                    "{batch} is pinned to {site} in {month}, but {why}",
                    why=explain_barrier(grid, b, p, t),
                    **names,
                )
            )
    for (p, t), batches in sorted(wanted.items()):
        books, room = int(grid.books[batches].sum()), int(grid.capacity_books[p, t])
        most = int(grid.capacity_batches[p, t])
        site, month = str(problem.libraries[p].site_id), str(problem.months[t])
        if books > room:
            found.append(
                message(
                    "{count} batches with {books} books are pinned to {site} in {month}, which "
                    "has room for {room}; take a pin away or give it more capacity_books",
                    count=len(batches),
                    books=books,
                    room=room,
                    site=site,
                    month=month,
                )
            )
        if len(batches) > most:
            found.append(
                message(
                    "{count} batches are pinned to {site} in {month}, but at most {most} may "
                    "stand there; take a pin away or raise max_batches_per_library",
                    count=len(batches),
                    most=most,
                    site=site,
                    month=month,
                )
            )
    return list(dict.fromkeys(found))


def _can_stand(grid: Grid, batch: int, library: int, month: int) -> bool:
    if any(p == library and s <= month < e for (p, s, e), _ in grid.running[batch]):
        return True
    months = grid.value.shape[3]
    return any(
        grid.value[batch, library, s, length] > -1e300
        for s in range(max(0, month - months + 1), month + 1)
        for length in range(month - s, months)
    )


def explain_barrier(grid: Grid, batch: int, library: int, month: int) -> Message:
    """Return the rule that keeps a batch from a library in a month."""
    problem = grid.problem
    one, site = problem.batches[batch], problem.libraries[library]
    if not site.first_month <= month <= site.last_month:
        return message("the library is not enrolled then; change enrolled_from or enrolled_until")
    if one.books > site.capacity_books:
        return message(
            "its {books} books do not fit on shelves for {room}; raise capacity_books",
            books=one.books,
            room=site.capacity_books,
        )
    if one.networks and site.network not in one.networks:
        return message(
            "its owner keeps it in the networks {networks} and the library is in {network}; "
            "change networks",
            networks=", ".join(one.networks),
            network=site.network,
        )
    wanted = count_wanted_books(one, site, problem)
    if 2 * wanted < one.books:
        return message(
            "only {wanted} of its {books} books are in a language and for an audience that the "
            "library asked for; change languages or audiences",
            wanted=wanted,
            books=one.books,
        )
    seen = 1 - float(grid.fresh[batch, library, month])
    if seen > problem.rules.max_seen_share + 1e-9:
        return message(
            "{pct} % of its titles were seen there within {months} months; raise max_seen_share "
            "or wait",
            pct=round(100 * seen),
            months=problem.rules.memory_months,
        )
    if not any(can_be_carried(problem, batch, library, t) for t in range(month + 1)):
        return message(
            "no vehicle gets its {boxes} boxes there in time, or it rests or is in repair",
            boxes=one.boxes,
        )
    return message("no stay within the shortest and longest months can be brought and fetched then")


def explain_debts(grid: Grid, schedule: Schedule) -> list[Message]:
    """Return which rules a schedule that still has debts could not keep."""
    problem = grid.problem
    found: list[Message] = []
    for b, p, t in grid.pins:
        if not any(x == p and s <= t < e for x, s, e in schedule[b]):
            found.append(
                message(
                    "the pin of {batch} to {site} in {month} clashes with other pins, shelf space "
                    "or the longest stay; take it away or loosen them",
                    batch=str(problem.batches[b].batch_id),
                    site=str(problem.libraries[p].site_id),
                    month=str(problem.months[t]),
                )
            )
    guests = guests_by_library(schedule)
    for p, first, end in missed_floors(grid, guests):
        found.append(
            message(
                "{site} would stand empty from {first} to {last}, longer than {most} months; "
                "raise max_empty_months, enrol fewer libraries or give more batches",
                site=str(problem.libraries[p].site_id),
                first=str(problem.months[first]),
                last=str(problem.months[end - 1]),
                most=problem.rules.max_empty_months,
            )
        )
    for t in range(grid.num_months):
        used = sum(
            float(grid.visit_hours[p])
            for p, group in sorted(guests.items())
            if t in visit_months(group, grid.num_months)
        )
        if used > grid.hours[t] + 1e-9:
            found.append(
                message(
                    "exchanges in {month} need {used} vehicle hours and there are {hours}; raise "
                    "vehicle_hours_per_month or max_stay_months",
                    month=str(problem.months[t]),
                    used=round(used, 1),
                    hours=round(float(grid.hours[t]), 1),
                )
            )
    return found
