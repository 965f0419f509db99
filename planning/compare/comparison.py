"""Sets plans and what-ifs of a month side by side, each what-if planned with the same seeds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planning.compare.cases import CasePlanner, MonthCase
from planning.compare.growth import Endurance, GrowthSearch
from planning.compare.measures import PlanOutcome, measure_plan
from planning.plan import Plan
from planning.side_by_side import work_side_by_side
from province.dates import Month
from province.facts import Province
from province.language import Message, message
from province.progress import Progress, ignore_progress

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Compared:
    """One of what is compared.

    Parameters
    ----------
    key
        The letter that tables call it by.
    province
        The facts it was planned from, or is drawn with.
    is_written
        Whether it is a plan that was there already: one, whatever seeds are asked for.
    endurance
        How long its work can be done when demand grows; None where nobody asked, or not yet.
    """

    key: str
    name: Message
    province: Province
    outcomes: tuple[PlanOutcome, ...]
    is_written: bool = False
    endurance: Endurance | None = None

    @property
    def failed(self) -> tuple[Message, ...]:
        """Why there is no plan at all; nothing where there is one with any seed."""
        if any(one.is_plan for one in self.outcomes):
            return ()
        return self.outcomes[0].failed if self.outcomes else ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Plans and what-ifs of a month; the first column is what the others are compared with.

    Parameters
    ----------
    seeds
        With which each what-if was to be planned.
    growth_pct
        By how much demand grows in a year; None: not asked.
    is_cut_short
        Whether somebody stopped it before the end.
    """

    month: Month
    columns: tuple[Compared, ...]
    seeds: tuple[int, ...]
    work: float
    growth_pct: float | None = None
    is_cut_short: bool = False

    @property
    def base(self) -> Compared:
        """What the others are compared with."""
        return self.columns[0]


@dataclass(frozen=True, slots=True)
class WrittenPlan:
    """A plan that was made before, and what people call it: where it lies."""

    name: str
    plan: Plan
    province: Province


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be planned: name and case, with which seeds, and with which growth of demand."""

    cases: tuple[tuple[Message, MonthCase], ...]
    seeds: tuple[int, ...]
    growth_pct: float | None = None
    workers: int = 0


Task = tuple[int, int | None]
"""A case, and a seed to plan it with; None: how long it lasts when demand grows."""


class _Worker:
    """Works tasks off; the roads of each case are measured once."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._planners: dict[int, CasePlanner] = {}

    def __call__(self, task: Task) -> PlanOutcome | Endurance:
        number, seed = task
        case = self._wanted.cases[number][1]
        if seed is None:
            assert self._wanted.growth_pct is not None
            return GrowthSearch(case, self._wanted.growth_pct, self._wanted.seeds).find()
        if number not in self._planners:
            self._planners[number] = CasePlanner(case)
        return self._planners[number].try_seed(seed)


def compare_plans(
    written: Sequence[WrittenPlan],
    wanted: Wanted | None = None,
    *,
    progress: Progress = ignore_progress,
) -> Comparison:
    """Return plans side by side: what-ifs that are planned now, then plans written before.

    Ctrl-C ends it; what is planned until then is kept, if it can be compared.

    Raises
    ------
    KeyboardInterrupt
        If it was stopped before there was anything to compare.
    """
    told = [
        Compared("", _name(one), one.province,
               (measure_plan(one.plan, one.province, one.plan.seed),), is_written=True)
        for one in written
    ]  # fmt: skip
    planned, is_cut_short = _plan_all(wanted, progress) if wanted else ([], False)
    columns = [
        replace(column, key=LETTERS[k] if k < len(LETTERS) else str(k + 1))
        for k, column in enumerate((*planned, *told))
    ]
    shown = [column for column in columns if column.outcomes]
    if is_cut_short and (len(shown) < min(2, len(columns)) or shown[0] is not columns[0]):
        raise KeyboardInterrupt
    month = written[0].plan.month if wanted is None else wanted.cases[0][1].month
    return Comparison(
        month, tuple(shown), wanted.seeds if wanted else (),
        wanted.cases[0][1].work if wanted else 0.0,
        wanted.growth_pct if wanted else None, is_cut_short,
    )  # fmt: skip


def _name(one: WrittenPlan) -> Message:
    name = message("plan {file}", file=one.name)
    return message("{plan}, overruled by hand", plan=name) if one.plan.overruled else name


def _plan_all(wanted: Wanted, progress: Progress) -> tuple[list[Compared], bool]:
    """Return the what-ifs, with the seeds that were planned until the end or until Ctrl-C.

    A seed of all of them comes before the next one, so that what is done can be compared. Where
    money is short, nobody asks how long it will do.
    """
    numbers = range(len(wanted.cases))
    tasks: list[Task] = [(number, seed) for seed in wanted.seeds for number in numbers]
    if wanted.growth_pct is not None:
        tasks += [(k, None) for k in numbers if wanted.cases[k][1].budget_vnd is None]
    outcomes: dict[Task, PlanOutcome] = {}
    endurance: dict[int, Endurance] = {}
    is_cut_short = False
    try:
        progress(message("planned {done} of {count}", done=0, count=len(tasks)), 0.0)
        found = work_side_by_side(_Worker, wanted, tasks, workers=wanted.workers)
        for done, (task, answer) in enumerate(found, 1):
            if isinstance(answer, PlanOutcome):
                outcomes[task] = answer
            else:
                endurance[task[0]] = answer
            told = message("planned {done} of {count}", done=done, count=len(tasks))
            progress(told, done / len(tasks))
    except KeyboardInterrupt:
        is_cut_short = True
    columns = [
        Compared(
            "", name, case.province,
            tuple(outcomes[k, seed] for seed in wanted.seeds if (k, seed) in outcomes),
            endurance=endurance.get(k),
        )
        for k, (name, case) in enumerate(wanted.cases)
    ]  # fmt: skip
    return columns, is_cut_short
