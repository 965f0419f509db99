"""Writes `plan.json` among the documents of a plan."""

from collections.abc import Iterator

from planning.plan import Plan
from planning.plan_file import dump_plan
from province.facts import Province
from province.language import Language


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield `plan.json`; it is the same in every language."""
    yield "plan.json", dump_plan(plan)
