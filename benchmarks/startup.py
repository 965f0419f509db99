"""How long `luanchuyen --help` takes, as a ratio to a Python that does nothing.

Run with ``python -m benchmarks.startup --runs 5``.
"""

import subprocess
import sys
import time
from pathlib import Path

import click

from benchmarks.runs import show_pairs

ROOT = Path(__file__).resolve().parent.parent


def measure_s(command: list[str]) -> float:
    """Return the wall seconds of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - start


@click.command()
@click.option("--runs", default=5, show_default=True, help="Pairs of runs.")
def main(runs: int) -> None:
    """Print the medians in seconds and their ratio, pair by pair."""
    ours = [sys.executable, str(ROOT / "cli.py"), "--help"]
    nothing = [sys.executable, "-c", "pass"]
    measure_s(ours)
    pairs = [(measure_s(ours), measure_s(nothing)) for _ in range(runs)]
    show_pairs("help", "nothing", pairs)


if __name__ == "__main__":
    main()
