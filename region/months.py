"""What became of a month in each province of a region, read one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from planning.find_plan import PLAN_NAME
from planning.plan import Plan
from planning.plan_facts import refuse_strange_names
from planning.plan_file import read_plan
from province.dates import Month
from province.errors import PlannerError
from province.facts import Province
from province.language import Message, message
from province.read import read_province
from region.province_job import read_outcome
from region.read_region import Region


@dataclass(frozen=True, slots=True)
class ProvinceMonth:
    """A month of one province; where it has no plan that can be drawn, the reasons.

    `province` is None where the folder cannot be read.
    """

    folder: Path
    province: Province | None
    plan: Plan | None
    reasons: tuple[Message, ...]

    @property
    def name(self) -> str:
        """What people call the province; its folder's name where nobody can say."""
        return self.province.settings.province.name if self.province else self.folder.name


def place_room(region: Region, month: Month) -> Path:
    """Return the folder in which it is kept what came of a month's jobs."""
    return region.folder / "plans" / str(month) / "provinces"


def read_months(region: Region, month: Month) -> Iterator[ProvinceMonth]:
    """Yield a month of each province; no more than one is read at a time."""
    for folder in region.provinces:
        yield _read_month(region, folder, month)


def _read_month(region: Region, folder: Path, month: Month) -> ProvinceMonth:
    try:
        province = read_province(folder)
    except PlannerError as error:
        return ProvinceMonth(folder, None, None, error.reasons)
    file = folder / "plans" / str(month) / PLAN_NAME
    if not file.is_file():
        return ProvinceMonth(folder, province, None, _tell_why(region, folder, month))
    try:
        plan = read_plan(file)
        refuse_strange_names(plan, province)
    except PlannerError as error:
        return ProvinceMonth(folder, province, None, error.reasons)
    return ProvinceMonth(folder, province, plan, ())


def _tell_why(region: Region, folder: Path, month: Month) -> tuple[Message, ...]:
    outcome = read_outcome(place_room(region, month) / f"{folder.name}.json")
    if outcome is None or outcome.state == "planned":
        return (message("{month} is not planned yet", month=str(month)),)
    return tuple(message("{text}", text=line) for line in outcome.words.splitlines() if line)
