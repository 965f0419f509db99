"""How long `luanchuyen --help` takes, as a ratio to a Python that does nothing.

Run with ``python -m benchmarks.startup --runs 5``.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import click

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
    click.echo(
        json.dumps(
            {
                "help_s": round(statistics.median(a for a, _ in pairs), 3),
                "nothing_s": round(statistics.median(b for _, b in pairs), 3),
                "ratio": round(statistics.median(a / b for a, b in pairs), 2),
            }
        )
    )


if __name__ == "__main__":
    main()
