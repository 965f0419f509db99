"""What each document of a plan costs: processor seconds, files, kilobytes.

Run with ``python -m benchmarks.documents data/son-la/plans/2026-12/plan.json``, after planning.
"""

import json
import statistics
import time
from pathlib import Path

import click

from exports.write import DOCUMENTS, load_draw
from planning.find_plan import find_province
from planning.plan_file import read_plan
from province.read import read_province


@click.command()
@click.argument("plan_file", type=click.Path(exists=True, path_type=Path))
@click.option("--province", type=click.Path(path_type=Path), help="If the plan lies elsewhere.")
@click.option("--runs", default=3, show_default=True, help="Runs, of which the median counts.")
def main(plan_file: Path, province: Path | None, runs: int) -> None:
    """Print one line of JSON per document, and their sum."""
    facts = read_province(province or find_province(plan_file))
    plan = read_plan(plan_file)
    total = 0.0
    for document in DOCUMENTS:
        draw = load_draw(document)
        seconds = []
        for _ in range(runs):
            start = time.process_time()
            files = list(draw(plan, facts, "vi"))
            seconds.append(time.process_time() - start)
        median = statistics.median(seconds)
        total += median
        size_kb = round(sum(len(content) for _, content in files) / 1000)
        line = {"document": document.name, "cpu_s": round(median, 2), "files": len(files)}
        click.echo(json.dumps(line | {"size_kb": size_kb}))
    click.echo(json.dumps({"all_cpu_s": round(total, 2)}))


if __name__ == "__main__":
    main()
