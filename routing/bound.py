"""A valid lower bound on the objective of a month.

Every served visit needs its own arc into it, and its own minutes of some vehicle-day. So no month
costs less than the sum over visits of the smaller of what leaving it out counts, and its cheapest
arc plus its share of a day. Weak, but true for every plan.
"""

from routing.compiled import Compiled


def bound_month(board: Compiled) -> int:
    """Return the lower bound."""
    return sum(min(job.penalty_vnd, _least_share(board, k)) for k, job in enumerate(board.jobs))


def _least_share(board: Compiled, number: int) -> int:
    job = board.jobs[number]
    places = {other.site for k, other in enumerate(board.jobs) if k != number}
    places |= {car.depot for car in board.cars} | {site for site, _ in board.lodging}
    least = None
    for car_number in sorted(job.vehicles):
        car = board.cars[car_number]
        for table_number in sorted(set(car.tables)):
            table = board.tables[table_number]
            arcs = [
                (table.metres[p][job.site], table.drive[p][job.site] if p != job.site else 0)
                for p in sorted(places)
                if p == job.site or table.drive[p][job.site] >= 0
            ]
            if arcs:
                metres, minutes = min(a[0] for a in arcs), min(a[1] for a in arcs)
                day = car.vnd_day + job.crew_min * board.allowance_vnd
                busy = min(1.0, (job.service_min + minutes) / max(1, board.limits.duty))
                share = int(metres * car.vnd_km / 1000 + day * busy)
                least = share if least is None else min(least, share)
    return job.penalty_vnd if least is None else least
