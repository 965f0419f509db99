"""Checks a province folder whole: its files, its plans, and whether its roads lead to its sites."""

from pathlib import Path

from planning.check_sessions import check_sessions
from planning.past.read import read_past
from province.errors import InputError
from province.facts import Province
from province.findings import Finding, Findings
from province.read import read_with_findings
from province.read.stock import STOCK_NAME, read_stock
from province.tables.files import find_table
from roads.findings import find_road_faults


def check_folder(
    folder: Path,
) -> tuple[Province | None, tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the province (None when it cannot be read), its faults and its warnings."""
    province, findings = read_with_findings(folder)
    if province is None:
        return None, findings.faults, findings.warnings
    roads = find_road_faults(province)
    check_sessions(province, roads)
    stock_faults, stock_warnings = _check_stock(
        find_table(folder, STOCK_NAME, Findings()), province
    )
    faults = (*findings.faults, *roads.faults, *stock_faults, *_check_plans(folder, province))
    return province, faults, (*findings.warnings, *roads.warnings, *stock_warnings)


def _check_plans(folder: Path, province: Province) -> tuple[Finding, ...]:
    """Return the faults of the plans in the folder."""
    try:
        read_past(folder, province)
    except InputError as error:
        return error.findings
    return ()


def _check_stock(path: Path, province: Province) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the faults and warnings of the stock, if there is one."""
    if not path.is_file():
        return (), ()
    try:
        return (), read_stock(path, province.settings).warnings
    except InputError as error:
        return error.findings, ()
