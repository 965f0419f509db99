"""Checks a province folder whole: its files, and whether its roads lead to its sites."""

from pathlib import Path

from province.facts import Province
from province.findings import Finding
from province.read import read_with_findings
from routing.road_findings import find_road_faults


def check_folder(
    folder: Path,
) -> tuple[Province | None, tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the province (None when it cannot be read), its faults and its warnings."""
    province, findings = read_with_findings(folder)
    if province is None:
        return None, findings.faults, findings.warnings
    roads = find_road_faults(province)
    faults = (*findings.faults, *roads.faults)
    return province, faults, (*findings.warnings, *roads.warnings)
