"""`plan.json`: what is written is read back equal; anything else is refused with a finding."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from plan_fixture import make_plan

from planning.plan_file import dump_plan, read_plan
from province.errors import InputError
from province.facts import Province
from province.language import message

ROOT = Path(__file__).resolve().parent.parent


def test_a_plan_comes_back_equal(small: Province, tmp_path: Path) -> None:
    plan = make_plan(small)
    plan = replace(
        plan,
        trips=replace(plan.trips, bound=float("inf"), gap=2.0),
        deliveries=(
            replace(
                plan.deliveries[0],
                reason=message("{a} {b} {c}", a=1, b=1.0, c=message("of {d}", d="1")),
            ),
            *plan.deliveries[1:],
        ),
    )
    path = tmp_path / "plan.json"
    path.write_bytes(dump_plan(plan))
    back = read_plan(path)
    assert back == plan
    values = dict(back.deliveries[0].reason.values)
    assert (type(values["a"]), type(values["b"])) == (int, float)
    assert dump_plan(back) == dump_plan(plan)


def test_bytes_do_not_depend_on_the_order_of_sets() -> None:
    code = (
        "import sys, hashlib; sys.path[:0] = ['.', 'tests']\n"
        "from pathlib import Path\nfrom province.read import read_province\n"
        "from plan_fixture import make_plan\nfrom planning.plan_file import dump_plan\n"
        "plan = make_plan(read_province(Path('tests/small')))\n"
        "print(hashlib.sha256(dump_plan(plan)).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(digests) == 1


def damage(good: dict) -> dict[str, bytes]:
    def changed(**fields: object) -> bytes:
        return json.dumps(good | fields).encode()

    return {
        "format": changed(format=99),
        "month": changed(month={"year": 2026, "number": 13}),
        "seed": changed(seed="one"),
        "totals": json.dumps({k: v for k, v in good.items() if k != "totals"}).encode(),
        "JSON": b'{"format": 1,',
        "format ": b"[]",
        "JSON ": b"\xff\xfe\x00",
    }


@pytest.mark.parametrize("where", ["format", "month", "seed", "totals", "JSON", "format ", "JSON "])
def test_a_damaged_plan_is_refused(where: str, small: Province, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(damage(json.loads(dump_plan(make_plan(small))))[where])
    with pytest.raises(InputError) as caught:
        read_plan(path)
    assert caught.value.exit_code == 3
    assert where.strip() in str(caught.value)


def test_a_missing_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="luanchuyen plan"):
        read_plan(tmp_path / "plan.json")
