"""Foresees what becomes of a month's plan, of another one, and of the same with more slack."""

from collections.abc import Iterator
from dataclasses import dataclass

from planning.plan import Plan
from planning.replan.moment import Moment
from planning.simulate.react import Given
from planning.simulate.run import begin
from planning.simulate.runs import Runs, live_months
from planning.simulate.slack import add_slack
from planning.simulate.spread import learn_deviations
from province.errors import InputError
from province.facts import Province
from province.language import Message, message
from province.progress import Progress, ignore_progress, tell_part


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What was foreseen of one plan: what it is called in files and by people, and its runs."""

    key: str
    name: Message
    runs: Runs


@dataclass(frozen=True, slots=True)
class Simulation:
    """What was foreseen: of the plan itself, then of those beside it.

    Parameters
    ----------
    against
        Another plan of the month in the same runs; None where none was asked for.
    slack
        The same month with more slack.
    """

    seed: int
    plan: Foreseen
    against: Foreseen | None
    slack: tuple[Foreseen, ...]

    @property
    def is_cut_short(self) -> bool:
        """Whether somebody stopped it before the end."""
        return any(one.runs.is_cut_short for one in self.all)

    @property
    def all(self) -> tuple[Foreseen, ...]:
        """All of them, the plan itself first."""
        return (self.plan, *((self.against,) if self.against else ()), *self.slack)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be foreseen.

    Parameters
    ----------
    runs, seed
        How many months are lived; the same seed lives the same ones.
    buffers_min, spare_days
        Minutes on each leg, and days kept free at the month's end, with which the same month is
        planned once more each.
    work
        Effort of these plans.
    workers
        Processes; 0: as many as there are processors.
    """

    runs: int = 200
    seed: int = 0
    buffers_min: tuple[int, ...] = ()
    spare_days: tuple[int, ...] = ()
    work: float = 1.0
    workers: int = 0


def simulate_month(
    province: Province,
    plans: tuple[Plan, ...],
    plan: Plan,
    asked: Asked,
    *,
    against: Plan | None = None,
    progress: Progress = ignore_progress,
) -> Simulation:
    """Return what becomes of a plan in so many months, each lived with what may happen.

    Ctrl-C ends it; what was lived until then is kept.

    Parameters
    ----------
    plans
        The plans in force up to the month; those of earlier months count as done.
    against
        Another plan of the month, which meets the same months.

    Raises
    ------
    InputError
        If `against` is of another month or province.
    """
    if against is not None:
        _refuse_other_month(plan, against)
    both = [plan] if against is None else [plan, against]
    starts = [begin(province, one)[1] for one in both]
    earlier = tuple(one for one in plans if one.month < plan.month)
    given = [_give(province, one, earlier, max(starts)) for one in both]
    count = len(both) + len(asked.buffers_min) + len(asked.spare_days)
    found: list[Foreseen] = []
    for number, (key, name, one) in enumerate(_list_given(given, asked)):
        if number >= len(both) and one.plan.trips.status == "interrupted":
            break
        part = tell_part(progress, number / count, (number + 1) / count)
        runs = live_months(one, asked.runs, seed=asked.seed, workers=asked.workers, progress=part)
        found.append(Foreseen(key, name, runs))
        if runs.is_cut_short:
            break
    if not found[0].runs.lived:
        raise KeyboardInterrupt  # nothing was lived that could be told
    second = found[1] if against is not None and len(found) > 1 else None
    return Simulation(asked.seed, found[0], second, tuple(found[len(both) :]))


def _give(province: Province, plan: Plan, earlier: tuple[Plan, ...], start: Moment) -> Given:
    known, _ = begin(province, plan, start)
    return Given(known, plan, earlier, start, learn_deviations(known, (*earlier, plan)))


def _list_given(given: list[Given], asked: Asked) -> Iterator[tuple[str, Message, Given]]:
    """Yield what is lived, one after the other; more slack is planned when its turn comes."""
    yield "planned", message("as planned"), given[0]
    for one in given[1:]:
        yield "against", message("the other plan"), one
    for minutes in asked.buffers_min:
        plan = add_slack(given[0], buffer_min=minutes, seed=asked.seed, work=asked.work)
        yield f"buffer-{minutes}", message("{minutes} min on each leg", minutes=minutes), plan
    for days in asked.spare_days:
        plan = add_slack(given[0], spare_days=days, seed=asked.seed, work=asked.work)
        yield f"spare-{days}", message("last {days} days kept free", days=days), plan


def _refuse_other_month(plan: Plan, other: Plan) -> None:
    told = f"{other.month} {other.province_name}"
    if (other.month, other.province_code) != (plan.month, plan.province_code):
        raise InputError.of(
            "--against", "", told,
            expected=message("another plan of {month} of the same province",
                             month=str(plan.month)),
            advice=message("name a plan.json of that month, for example one in its versions/"),
        )  # fmt: skip
