"""How the search spends its effort: none of it changes what a schedule is worth."""

from dataclasses import dataclass

GOOD_ENOUGH = 1e-6
"""Search stops below this gap, as there is nothing left to find."""

SMALLEST_DEBT = 1e-6


@dataclass(frozen=True, slots=True)
class LnsParams:
    """What the search is tuned by.

    Parameters
    ----------
    lanes
        Searches side by side, so many whatever the cores, so that results do not depend on them;
        where a draft is made, one with a calendar and one for each dive.
    iterations, epochs, least_iterations
        Iterations of each lane at work 1, in so many parts, after each of which it may stop; and
        iterations of a part at least, as they cost nothing where problems are small.
    many_batches
        Batches from which on iterations grow with them, so that each has its share.
    few_batches, little_work
        Batches up to which, and work from which on, a part has that many at least; with more
        batches and less work, it has as many fewer.
    epochs_of_repair
        Parts added at most while a library stands empty too long or a pin is missed.
    rounds_of_bound, rounds_of_groups, least_work, most_work
        Rounds of descent on the bound, and of the closer one, at work 1; work that they get at
        least and at most.
    share_for_draft
        Rounds of the relaxations that guide, as a share of those of the bound.
    again_from
        Share of a descent that is behind where it starts from earlier prices.
    rounds_told, share_told
        Rounds between two words of progress; the share of the whole that the bound is told as.
    dear_between, dear_in_dive
        How many times as dear visits are: in a relaxation with a calendar, in the months between;
        and in each dive, where parts of stays share them.
    periods, least_tries
        Months from one change to the next that calendars try, from the first month or a later one;
        rounds that each relaxation gets at least before they are compared.
    parts, stays_of_part
        Parts of a dive at most, and stays that are put in each at least.
    rounds_of_part, least_rounds, full_work
        Rounds of descent in each part, from some work on; with less work as many fewer, but so
        many at least.
    fair_from, joined_at
        Share of the search after which visits cost what they cost, and after which all lanes go
        on from the best schedule.
    heat, heat_after_dive, cold
        Temperature at the beginning, on a lane that dived, and at the end, as shares of a usual
        stay's points.
    """

    lanes: int = 2
    iterations: int = 30_000
    epochs: int = 24
    least_iterations: int = 600
    many_batches: int = 80
    few_batches: int = 10
    little_work: float = 0.15
    epochs_of_repair: int = 12
    rounds_of_bound: int = 1000
    rounds_of_groups: int = 300
    least_work: float = 0.15
    most_work: float = 4.0
    share_for_draft: float = 0.4
    again_from: float = 0.7
    rounds_told: int = 50
    share_told: float = 0.3
    dear_between: float = 8.0
    dear_in_dive: tuple[float, ...] = (1.5, 2.0)
    periods: tuple[int, ...] = (2, 3, 4)
    least_tries: int = 25
    parts: int = 40
    stays_of_part: int = 5
    rounds_of_part: int = 40
    least_rounds: int = 8
    full_work: float = 0.3
    fair_from: float = 0.3
    joined_at: float = 0.8
    heat: float = 0.03
    heat_after_dive: float = 0.01
    cold: float = 0.003


PARAMS = LnsParams()


@dataclass(slots=True)
class Pace:
    """How far a search is and how much comes next, by counted work; `gap` is a gap that is enough.

    Parameters
    ----------
    work
        1 is the usual effort.
    batches
        How many the problem has.
    """

    work: float = 1.0
    gap: float = GOOD_ENOUGH
    epoch: int = 0
    batches: int = 0

    @property
    def iterations(self) -> int:
        """Iterations of the next epoch."""
        share = max(self.work / PARAMS.little_work, PARAMS.few_batches / max(1, self.batches))
        least = round(PARAMS.least_iterations * min(1.0, share))
        more = max(1.0, self.batches / PARAMS.many_batches)
        return max(least, round(PARAMS.iterations * self.work * more / PARAMS.epochs))

    @property
    def done(self) -> float:
        """Share of the search that is done, from 0 to 1."""
        return min(1.0, self.epoch / PARAMS.epochs)

    @property
    def step(self) -> float:
        """Share of the search that an epoch takes."""
        return 1 / PARAMS.epochs

    def next_epoch(self) -> None:
        """Count an epoch."""
        self.epoch += 1

    def bounded(self, rounds: int) -> float:
        """Return the share of the relaxation that is done after so many rounds."""
        return rounds / (PARAMS.rounds_of_bound * self._work_for_bound)

    def refined(self, rounds: int) -> float:
        """Return the share of the closer bound that is done after so many rounds."""
        return rounds / (PARAMS.rounds_of_groups * self._work_for_bound)

    @property
    def rounds_of_part(self) -> int:
        """Rounds of descent in each part of a dive."""
        share = min(1.0, self.work / PARAMS.full_work)
        return max(PARAMS.least_rounds, round(PARAMS.rounds_of_part * share))

    @property
    def _work_for_bound(self) -> float:
        return min(max(self.work, PARAMS.least_work), PARAMS.most_work)
