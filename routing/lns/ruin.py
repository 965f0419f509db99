"""What a round takes out of a month: trips, or visits of a region; compiled."""

from routing.lns.change import count_work, fits_load, keeps_links, keeps_work, put, time_trip
from routing.lns.month_arrays import SIZE, SPLIT, Scratch, TripModel, TripMonth
from search.annealing import draw
from search.compiling import compiled

REGION = 60  # visits near each other among which a month is taken apart
MAKE_ROOM = 0.35  # share of rounds that begin at a visit that is not served, where there is one
DROP_TRIPS, DROP_NEAREST = 0.35, 0.8  # what the other rounds take out, up to which share of them


@compiled
def lift(s: Scratch, job: int) -> None:
    """Note that a visit is taken out."""
    if not s.is_waiting[job]:
        s.is_waiting[job] = 1
        s.waiting[s.num_waiting[0]] = job
        s.num_waiting[0] += 1


@compiled
def lift_takers(m: TripModel, x: TripMonth, s: Scratch) -> None:
    """Note those that then lack their batch."""
    k = 0
    while k < s.num_waiting[0]:
        job = s.waiting[k]
        for g in range(m.taker_first[job], m.taker_first[job + 1]):
            if x.place[m.taker[g], 0] >= 0:
                lift(s, m.taker[g])
        k += 1


@compiled
def lift_chain(m: TripModel, s: Scratch, job: int) -> None:
    """Note a visit with all that it has a gap or a chain to, over any number of steps."""
    k = s.num_waiting[0]
    lift(s, job)
    while k < s.num_waiting[0]:
        job = s.waiting[k]
        for g in range(m.taker_first[job], m.taker_first[job + 1]):
            lift(s, m.taker[g])
        for g in range(m.giver_first[job], m.giver_first[job + 1]):
            lift(s, m.giver[g])
        for g in range(m.gap_first[job], m.gap_first[job + 1]):
            lift(s, m.gap_job[g])
        k += 1


@compiled
def lift_trips(m: TripModel, x: TripMonth, s: Scratch, seed: int, many: int) -> None:
    """Take out some of the trips that serve the region around a visit."""
    count = seen = 0
    for k in range(m.near.shape[1]):
        row = x.place[m.near[seed, k], 0]
        if row < 0:
            continue
        is_known = False
        for other in range(count):
            is_known |= s.rows[other] == row
        if not is_known:
            s.rows[count] = row
            count += 1
        seen += 1
        if seen == REGION:
            break
    for _ in range(min(count, many)):
        k = int(draw(s.random) * count)
        row = s.rows[k]
        count -= 1
        s.rows[k] = s.rows[count]
        for stop in range(x.trips[row, SIZE]):
            lift(s, x.orders[row, stop])


@compiled
def lift_near(m: TripModel, x: TripMonth, s: Scratch, seed: int, among: int, many: int) -> None:
    """Take out some of so many served visits nearest to a visit."""
    left = many
    for k in range(m.near.shape[1]):
        job = m.near[seed, k]
        if x.place[job, 0] < 0:
            continue
        if draw(s.random) * among < left:
            lift(s, job)
            left -= 1
        among -= 1
        if left == 0 or among == 0:
            return


@compiled
def shorten(m: TripModel, x: TripMonth, s: Scratch, row: int) -> None:
    """Take the noted visits off a trip, or all where it cannot be driven so."""
    size = x.trips[row, SIZE]
    kept = 0
    for k in range(size):
        kept += not s.is_waiting[x.orders[row, k]]
    if kept == size:
        return
    count_work(m, x, row, -1)
    kept = split = 0
    for k in range(size):
        job = x.orders[row, k]
        x.place[job, 0] = -1
        if not s.is_waiting[job]:
            x.orders[row, kept] = job
            kept += 1
            split += k < x.trips[row, SPLIT]
    x.trips[row, SIZE], x.trips[row, SPLIT] = kept, 0
    if 0 < split < kept and not fits_load(m, x, row):
        x.trips[row, SPLIT] = split
    if kept and time_trip(m, x, s, row) and keeps_work(m, x, row):
        put(m, x, row)
        return
    for k in range(kept):
        lift(s, x.orders[row, k])
    x.trips[row, SIZE] = 0


@compiled
def take_out(m: TripModel, x: TripMonth, s: Scratch) -> None:
    """Take out all visits that are noted."""
    for row in range(x.place.shape[0]):
        if x.trips[row, SIZE]:
            shorten(m, x, s, row)


@compiled
def drop_orphans(m: TripModel, x: TripMonth, s: Scratch) -> None:
    """Take out what lacks its batch, and trips that keep no gap or chain any more."""
    s.num_waiting[0] = 0
    row = 0
    while row < x.place.shape[0]:
        if x.trips[row, SIZE] == 0 or keeps_links(m, x, row):
            row += 1
            continue
        known = s.num_waiting[0]
        for stop in range(x.trips[row, SIZE]):
            job = x.orders[row, stop]
            for g in range(m.giver_first[job], m.giver_first[job + 1]):
                if x.place[m.giver[g], 0] < 0:
                    lift(s, job)
        for stop in range(x.trips[row, SIZE] if s.num_waiting[0] == known else 0):
            lift(s, x.orders[row, stop])
        shorten(m, x, s, row)
        row = 0
    for k in range(s.num_waiting[0]):
        s.is_waiting[s.waiting[k]] = 0


@compiled
def pick(x: TripMonth, s: Scratch, is_served: bool) -> int:
    """Return one of the visits served, or of those left out, by chance; −1 without any."""
    jobs = x.place.shape[0]
    start = int(draw(s.random) * jobs)
    for k in range(jobs):
        job: int = (start + k) % jobs
        if (x.place[job, 0] >= 0) == is_served:
            return job
    return -1


@compiled
def ruin(m: TripModel, x: TripMonth, s: Scratch) -> int:
    """Take visits out of a month; return the visit around which."""
    s.num_waiting[0] = 0
    seed, served = pick(x, s, False), pick(x, s, True)
    if served < 0:
        return seed
    if seed >= 0 and draw(s.random) < MAKE_ROOM:
        lift_trips(m, x, s, seed, 1 + int(draw(s.random) * 3))
        lift_chain(m, s, seed)
    else:
        seed = served
        chance = draw(s.random)
        if chance < DROP_TRIPS:
            lift_trips(m, x, s, seed, 1 + int(draw(s.random) * 2))
        elif chance < DROP_NEAREST:
            many = 1 + int(draw(s.random) * 5)
            lift_near(m, x, s, seed, many, many)
            lift_takers(m, x, s)
        else:
            lift_near(m, x, s, seed, REGION, 1 + int(draw(s.random) * 4))
            lift_takers(m, x, s)
    take_out(m, x, s)
    return seed
