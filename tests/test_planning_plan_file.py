"""`plan.json`: what is written is read back equal; anything else is refused with a finding."""

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from plan_fixture import make_plan

from planning.plan_file import dump_plan, read_plan, seal_plan
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


def list_places(value: object, *keys: object) -> list[tuple[object, ...]]:
    """Return where every scalar of a plan stands."""
    items = (
        value.items() if isinstance(value, dict)
        else enumerate(value) if isinstance(value, list) else None
    )  # fmt: skip
    if items is None:
        return [keys]
    return [place for key, below in items for place in list_places(below, *keys, key)]


def alter(good: dict, place: tuple[object, ...]) -> dict:
    """Return a plan with another value at one place."""
    changed = json.loads(json.dumps(good))
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    old = holder[place[-1]]
    is_number = isinstance(old, int | float) and not isinstance(old, bool)
    holder[place[-1]] = old + 1 if is_number else not old if isinstance(old, bool) else f"{old}x"
    return changed


def test_an_altered_plan_is_told(small: Province, tmp_path: Path) -> None:
    good = json.loads(dump_plan(make_plan(small)))
    path = tmp_path / "plan.json"
    chance = random.Random(13)
    for place in chance.sample(list_places(good), 200):
        path.write_text(json.dumps(alter(good, place)), encoding="utf-8")
        with pytest.raises(InputError) as caught:
            read_plan(path)
        assert caught.value.exit_code == 3, place
    for lost in good:
        if lost != "checksum":
            rest = {key: value for key, value in good.items() if key != lost}
            path.write_text(json.dumps(rest), encoding="utf-8")
            with pytest.raises(InputError):
                read_plan(path)
    path.write_text(json.dumps(good | {"seed": 8}), encoding="utf-8")
    with pytest.raises(InputError, match="something in it was altered"):
        read_plan(path)


def test_another_layout_is_no_alteration(small: Province, tmp_path: Path) -> None:
    plan = make_plan(small)
    path = tmp_path / "plan.json"
    text = json.dumps(json.loads(dump_plan(plan)), sort_keys=True, indent=4)
    path.write_text("\ufeff" + text, encoding="utf-8")
    assert read_plan(path) == plan
    assert read_plan(path).checksum == seal_plan(plan).checksum


def test_a_plan_from_before_there_were_checksums_is_read(small: Province, tmp_path: Path) -> None:
    plan = make_plan(small)
    path = tmp_path / "plan.json"
    old = json.loads(dump_plan(plan))
    del old["checksum"]
    path.write_text(json.dumps(old), encoding="utf-8")
    assert read_plan(path) == plan
    assert read_plan(path).checksum == ""


def test_papers_stay_those_of_a_plan_whose_fixes_were_found_later(small: Province) -> None:
    plan = make_plan(small)
    later = replace(plan, trips=replace(plan.trips, unserved=(), gap=0.5))
    assert seal_plan(later).papers_digest == seal_plan(plan).papers_digest
    assert seal_plan(later).checksum != seal_plan(plan).checksum
    fewer = replace(plan, deliveries=plan.deliveries[1:])
    assert seal_plan(fewer).papers_digest != seal_plan(plan).papers_digest
