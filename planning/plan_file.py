"""Writes a plan as `plan.json`, the input of later commands, and reads it back."""

import dataclasses
import functools
import hashlib
import json
import numbers
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from planning.plan import PLAN_FORMAT, Plan
from province.errors import InputError
from province.files.whole import put_back
from province.files.written_json import read_written
from province.language import message

MOST_BYTES = 200_000_000


def dump_plan(plan: Plan) -> bytes:
    """Return a plan as JSON with its checksum; the same plan gives the same bytes."""
    plain = _dump(plan)
    plain["checksum"] = _sum_up(plain)
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def seal_plan(plan: Plan) -> Plan:
    """Return a plan with the digests that `dump_plan` writes, for the documents made with it."""
    top = _dump(plan)
    return dataclasses.replace(plan, papers_digest=top["papers_digest"], checksum=_sum_up(top))


def _dump(plan: Plan) -> dict[str, Any]:
    plain = _adapter().dump_python(plan, mode="python", warnings=False)
    top: dict[str, Any] = json.loads(json.dumps(plain, default=_write_value))
    carried = {"trips": top["trips"]["trips"], "deliveries": top["deliveries"]}
    top["papers_digest"] = _sum_up(carried)[:12]
    return top


def _sum_up(top: dict[str, Any]) -> str:
    """Return the SHA-256 of what a plan says, however it is laid out."""
    told = {key: value for key, value in top.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode("ascii")).hexdigest()


def read_plan(path: Path) -> Plan:
    """Return the plan that `dump_plan` wrote into a file.

    Raises
    ------
    InputError
        If there is no such file, it is no plan, is damaged, has another format, or was altered
        since it was written. A plan of an earlier version has no checksum, and is taken as it is.
    """
    put_back(path.parent)
    plan, top = read_written(
        path,
        lambda top: _adapter().validate_json(json.dumps(top), strict=True),
        number=PLAN_FORMAT,
        written=message("a plan written by luanchuyen plan"),
        wanted=message("a plan of format {number}", number=PLAN_FORMAT),
        advice=message("make the plan again with: luanchuyen plan"),
        most_bytes=MOST_BYTES,
    )
    if plan.checksum and plan.checksum != _sum_up(top):
        raise InputError.of(
            path.name, "checksum", plan.checksum,
            expected=message("the plan as it was written: something in it was altered"),
            advice=message("restore the file from a copy, or make the plan again"),
        )  # fmt: skip
    return plan


@functools.cache
def _adapter() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


def _write_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    raise TypeError(f"a plan cannot hold {type(value).__name__}")
