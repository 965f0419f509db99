"""The table of weights: every wish that the two optimisers weigh, in which unit, and where set."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weight:
    """A wish: what it counts in the objective.

    Parameters
    ----------
    wish
        Its name, also in a plan's shares of wishes.
    counts
        The unit of the weight: points or money, per what.
    default
        The weight where a province says nothing; amounts of money in đồng.
    set_in
        The key of `province.toml`, the column of a table (``vehicles.csv:column``), or for what
        nobody sets ``module:NAME``; empty where the wish is the unit itself.
    sentence
        What a point or an amount of it means.
    """

    wish: str
    counts: str
    default: float
    set_in: str
    sentence: str


ROTATION_WEIGHTS: tuple[Weight, ...] = (
    Weight("uses", "points per expected use", 1, "",
           "The unit of all points: one use that readers are expected to make."),
    Weight("equity", "further points per use at the remotest library", 0.5, "demand.remote_weight",
           "A use at a remote library counts more, in proportion to the minutes from the depot; so"
           " does one of those whom a lockdown puts first ([lockdown])."),
    Weight("freshness", "further points per use of an unseen title", 0.1,
           "rotation.weight_freshness",
           "Readers gain more from titles that did not stand there within memory."),
    Weight("visits", "points per exchange visit", 4, "rotation.weight_visit",
           "A visit takes people's time beside its money, so exchanges share visits."),
    Weight("money", "points per million of the currency", 60, "rotation.uses_per_million",
           "What an exchange costs must bring so many uses to be worth it."),
    Weight("chains", "points per chain", 0.5, "rotation.weight_chain",
           "A batch from the depot is simpler to carry than one from another library."),
    Weight("stability", "points per stay kept", 6, "rotation.weight_stability",
           "What last month's plan announced had better stay so."),
    Weight("uneven_months", "points, times visits beyond a month's share squared", 0.1,
           "rotation.weight_unevenness",
           "Crews and vehicles have as much time in each month, less where holidays lie."),
)  # fmt: skip
"""What the rotation weighs, in the order in which a plan tells its wishes; visits, money and
chains are taken off."""

TRIP_WEIGHTS: tuple[Weight, ...] = (
    Weight("kilometres", "money per kilometre", 0, "vehicles.csv:cost_vnd_per_km",
           "Fuel and wear of the vehicle; money, no wish."),
    Weight("vehicle days", "money per day", 0, "vehicles.csv:cost_vnd_per_day",
           "What a vehicle costs on a day on which it drives; money, no wish."),
    Weight("nights", "money per person and night", 300_000, "costs.night_vnd_per_person",
           "Lodging of the crew; money, no wish."),
    Weight("allowances", "money per person and day", 200_000, "costs.allowance_vnd_per_person_day",
           "What people get for a day on the road; money, no wish."),
    Weight("visits left out", "money per step of priority", 3_000_000,
           "costs.unserved_vnd_per_priority",
           "What may be spent to serve a visit: its priority times this."),
    Weight("usual visits", "steps of priority", 3, "province.visits:USUAL",
           "Exchanges and sessions; a remote site has one step more."),
    Weight("urgent visits", "steps of priority", 4, "planning.visits:URGENT",
           "What may not wait for another month; a remote site has one step more."),
    Weight("remote sites", "minutes from the depot", 180, "province.visits:REMOTE_MIN",
           "From there on a site counts as remote: one step of priority more, up to five."),
    Weight("riding along", "money per visit", 300_000, "costs.ride_along_vnd_per_visit",
           "What may be spent on a kit or a training that has no trip of its own."),
    Weight("even crews", "money per day on the road", 20_000, "costs.uneven_crews_vnd_per_day",
           "Between the busiest and the least busy of crews that can do the same work."),
    Weight("even communes", "money per visit", 200_000, "costs.uneven_communes_vnd_per_visit",
           "For each visit left out in a commune beyond its first one."),
    Weight("preferred days", "money per session", 1_500_000,
           "costs.missed_preferred_vnd_per_visit",
           "The readers missed on another day than the preferred ones, such as market days."),
    Weight("wished days", "money per point of a wish", 300_000,
           "costs.missed_wish_vnd_per_point",
           "A session wished for a day of an event ([events]), on another day of it; beyond these,"
           " or left out, twice as much."),
    Weight("visits lost again", "steps of priority", 1, "replan.lost_steps",
           "In `replan`: a visit that was announced and is left out, beside its priority."),
    Weight("moved days", "steps of priority per visit", 0.2, "replan.moved_day_steps",
           "In `replan`: another day than announced; a notice that is sent makes it more."),
    Weight("moved hours", "steps of priority per visit", 0.05, "replan.moved_time_steps",
           "In `replan`: earlier or later than announced by more than `replan.shift_min`."),
    Weight("other vehicles", "steps of priority per visit", 0.03, "replan.moved_vehicle_steps",
           "In `replan`: a visit with another vehicle than announced."),
    Weight("other crews", "steps of priority per visit", 0.02, "replan.moved_crew_steps",
           "In `replan`: a visit with another crew than announced."),
    Weight("other orders", "steps of priority per visit", 0.01, "replan.moved_order_steps",
           "In `replan`: a visit after another stop of its day than before."),
)  # fmt: skip
"""What the month of trips weighs: all of it is taken off."""
