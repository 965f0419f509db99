"""The benchmarks only translate: what they write is what the scorers of the field accept."""

import importlib.util
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import mobile_stops, pdptw, pvrp

BENCH = Path(__file__).parent.parent.parent / "shared" / "bench"
pytestmark = pytest.mark.skipif(not BENCH.is_dir(), reason="../shared/bench is missing")


def scorer(folder):
    spec = importlib.util.spec_from_file_location("score", BENCH / folder / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(command, file, tmp_path, *options):
    solution = tmp_path / "solution.json"
    args = [str(file), "--seconds", "3", "--solution", str(solution), "--json", *options]
    result = CliRunner().invoke(command, args, catch_exceptions=False)
    assert result.exit_code == 0
    return json.loads(result.output), json.loads(solution.read_text(encoding="utf-8"))["routes"]


def test_periodic_routes_are_without_fault_and_near_the_reference(tmp_path):
    file, score = BENCH / "pvrp" / "p03", scorer("pvrp")
    answer, routes = run(pvrp.main, file, tmp_path)
    seen = score.score(score.read(file), routes)
    assert seen["faults"] == []
    assert seen["cost"] == pytest.approx(answer["cost"], abs=1e-3)
    assert seen["cost"] < 1.05 * 524.61


def test_pairs_are_without_fault_and_with_the_fewest_vehicles(tmp_path):
    file, score = BENCH / "pdptw" / "lc103.txt", scorer("pdptw")
    answer, routes = run(pdptw.main, file, tmp_path)
    seen = score.score(score.read(file), routes)
    assert seen["faults"] == []
    assert (seen["vehicles"], seen["distance"]) == (answer["vehicles"], answer["distance"])
    assert seen["vehicles"] <= 10


def test_timetables_are_without_fault_and_shorter_than_published(tmp_path):
    file, score = BENCH / "mobile-stops" / "west_berkshire.csv", scorer("mobile-stops")
    answer, routes = run(mobile_stops.main, file, tmp_path, "--alone")
    service = score.read_service(file)
    seen = score.score(service, routes)
    assert seen["faults"] == []
    assert seen["published_km"] == pytest.approx(answer["published_km"])
    assert seen["km"] == pytest.approx(answer["km"], abs=1e-3)
    assert seen["saving_pct"] > 12


@pytest.mark.parametrize("name", ["angus", "essex", "somerset", "warwickshire"])
def test_services_are_read_as_the_scorer_reads_them(name):
    file, score = BENCH / "mobile-stops" / f"{name}.csv", scorer("mobile-stops")
    service, other = mobile_stops.read_service(file), score.read_service(file)
    problem = mobile_stops.build_problem(service)
    assert service.depots == other["depots"]
    assert [len(day) for _, day in service.published] == [
        len(day) for day in other["published"].values()
    ]
    assert problem.vehicle_types[0].longest_min == score.score(other)["limit_min"]
