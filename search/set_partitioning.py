"""The choice of columns from a pool, each taken or not, by CP-SAT."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from ortools.sat.python import cp_model

Column = TypeVar("Column")


class SetPartitioning(Generic[Column]):
    """A model with a truth for each column of a pool: whether it is taken.

    Attributes
    ----------
    model
        CP-SAT's model, to which the caller adds what the columns must keep together.
    spent
        The deterministic time that choosing took.
    """

    def __init__(self, pool: Sequence[Column]) -> None:
        self.pool = pool
        self.model = cp_model.CpModel()
        self.spent = 0.0
        self.take = [self.model.new_bool_var("") for _ in pool]

    def count(self, rows: Iterable[int]) -> Any:
        """Return how many of some columns are taken, as an expression."""
        return sum(self.take[k] for k in rows)

    def allow_one(self, rows: Iterable[int]) -> None:
        """Let at most one of some columns be taken."""
        self.model.add_at_most_one(self.take[k] for k in rows)

    def choose(
        self, cost: Any, hinted: Iterable[bool], *, seed: int, limits: Mapping[str, float]
    ) -> tuple[list[Column] | None, bool]:
        """Return the cheapest columns found, None without any, and whether that is proved.

        Parameters
        ----------
        hinted
            Whether each column is taken in the solution to begin with.
        limits
            CP-SAT's parameters by name; a deterministic time gives the same answer each time.
        """
        self.model.minimize(cost)
        for var, is_hinted in zip(self.take, hinted, strict=True):
            self.model.add_hint(var, is_hinted)
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = seed
        for name, value in limits.items():
            setattr(solver.parameters, name, value)
        status = solve_model(solver, self.model)
        self.spent = solver.deterministic_time
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, False
        chosen = [
            column
            for column, var in zip(self.pool, self.take, strict=True)
            if solver.boolean_value(var)
        ]
        return chosen, status == cp_model.OPTIMAL


def solve_model(solver: cp_model.CpSolver, model: cp_model.CpModel) -> cp_model.CpSolverStatus:
    """Return CP-SAT's status; Ctrl-C ends the solve at once and is raised as ever.

    CP-SAT would put its own handler of Ctrl-C into the process and leave none behind, so that
    the next one kills without a word. It runs in a thread of its own, because Python hears a
    signal only while its main thread is not inside the solver.
    """
    solver.parameters.catch_sigint_signal = False
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(solver.solve, model)
        try:
            return answer.result()
        except BaseException:
            solver.stop_search()
            raise


def solve_within(model: cp_model.CpModel, *, seed: int, effort: float) -> cp_model.CpSolver | None:
    """Return CP-SAT with the best solution found in a deterministic time; None without any.

    Its eight workers take turns, so that the answer is the same on any number of cores.
    """
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = 8
    solver.parameters.interleave_search = True
    solver.parameters.max_deterministic_time = effort
    status = solve_model(solver, model)
    return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None
