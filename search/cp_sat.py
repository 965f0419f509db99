"""Runs CP-SAT so that who stops the program is heard, during a solve and after it."""

from concurrent.futures import ThreadPoolExecutor

from ortools.sat.python import cp_model


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
