"""A year's exchange plan of a region: facts read, choice made, loans named, plan checked."""

from collections.abc import Iterable, Mapping

from province.dates import Month
from province.errors import InfeasibleError, InputError
from province.facts import Province
from province.language import message
from province.progress import Progress, ignore_progress, tell_part
from province.read import read_province
from province.stock import Category
from region.read_region import Region, name_folder
from region.sharing.counted_lending import CountedLending, LendingCounter, leave_out
from region.sharing.joint_uses import sum_languages
from region.sharing.lending_problem import UNIT
from region.sharing.lending_search import FoundLending, search_lending
from region.sharing.name_loans import KnownLoans, LoanNamer
from region.sharing.pose_lending import Posed, pose_lending
from region.sharing.province_stock import Topic, read_stock
from region.sharing.sharing_checks import check_sharing
from region.sharing.sharing_file import (
    SHARING_FORMAT,
    SharingPlan,
    find_sharings,
    read_sharing,
)


def plan_sharing(
    region: Region,
    first: Month,
    months: int,
    *,
    seed: int = 0,
    work: float = 1.0,
    progress: Progress = ignore_progress,
) -> SharingPlan:
    """Return the exchange plan of some months from `first` on.

    Parameters
    ----------
    months
        How many, 4 to 18.
    work
        Share of the usual effort. The same folder, seed and work give the same plan.

    Raises
    ------
    InputError
        With every fault of every province, or of an exchange plan that is there; or if there is
        only one province.
    """
    if len(region.provinces) < 2:
        raise InputError.of(
            "region.toml", "region.provinces", region.folder.name,
            expected=message("at least two provinces, which can lend each other books"),
            advice=message("copy it there, or make one with: luanchuyen new"),
        )  # fmt: skip
    span = tuple(first.plus(k) for k in range(months))
    provinces = _read_all(region, tell_part(progress, 0.0, 0.3))
    topics, ledger_ids = _learn_topics(provinces.values())
    known = KnownLoans(
        tuple(read_sharing(path) for path in find_sharings(region.folder)), ledger_ids, first
    )
    stocks = []
    for number, (name, province) in enumerate(provinces.items()):
        share = 0.3 + 0.2 * number / len(provinces)
        progress(message("measuring the ways of {place}", place=name), share)
        stocks.append(read_stock(province, span, region.sharing, topics))
    columns = tuple(sorted(topics))
    posed = pose_lending(stocks, region.sharing, columns, first, tell_part(progress, 0.5, 0.8))
    progress(message("choosing loans"), 0.8)
    found = search_lending(posed.problem, seed=seed, work=work)
    progress(message("counting uses"), 0.95)
    names = {topic: one.name for topic, one in topics.items()}
    counter = LendingCounter(posed, first, region.sharing.owner_weight)
    counted = leave_out(counter, found.lending, found.driven)
    plan = _tell(posed, found, counted, first, known, names, seed=seed, work=work)
    progress(message("checking"), 0.97)
    broken = check_sharing(region, plan, provinces)
    if broken:
        raise InfeasibleError(*(one.sentence for one in broken))
    return plan


def _read_all(region: Region, progress: Progress) -> dict[str, Province]:
    """Return all provinces by the name of their folder; all faults of all come in one answer.

    The check needs all of them at once in any case, so they are read once and kept: ten first
    folders take some 200 MB.
    """
    found: dict[str, Province] = {}
    faults = []
    for number, folder in enumerate(region.provinces):
        progress(message("reading {place}", place=folder.name), number / len(region.provinces))
        try:
            found[folder.name] = read_province(folder)
        except InputError as error:
            faults += [name_folder(one, folder) for one in error.findings]
    if faults:
        raise InputError(faults)
    return found


def _learn_topics(
    provinces: Iterable[Province],
) -> tuple[dict[Topic, Category], frozenset[str]]:
    """Return what any province has books of, and the ids of all loans in ledgers."""
    topics: dict[Topic, Category] = {}
    ids: set[str] = set()
    for province in provinces:
        for one in province.categories:
            topics.setdefault((one.subject, one.audience, one.language), one)
        ids |= {line.loan_id for line in province.lendings}
    return topics, frozenset(ids)


def _tell(
    posed: Posed,
    found: FoundLending,
    counted: CountedLending,
    first: Month,
    known: KnownLoans,
    names: Mapping[Topic, str],
    *,
    seed: int,
    work: float,
) -> SharingPlan:
    """Return the plan of a choice, its uses counted batch by batch."""
    stocks, uses = posed.stocks, counted.uses
    new = sum(counted.lending.values())
    namer = LoanNamer(posed, first, known, names)
    loans, runs = namer.name_all(counted.chosen, counted.driven, uses)
    gained = sum(one.gained for one in uses.values())
    lost = sum(one.lost for one in uses.values())
    worth = sum(one.worth for one in uses.values())
    bound = max(found.bound / UNIT, counted.value)
    return SharingPlan(
        format=SHARING_FORMAT, first_month=first, months=posed.problem.months,
        provinces=tuple(one.name for one in stocks), loans=loans, runs=runs,
        languages=sum_languages(stocks, posed.topics, uses),
        gained=round(gained, 1), lost=round(lost, 1),
        visit_uses=round(gained - lost - worth, 1),
        run_uses=round(sum(run.uses for run in runs), 2),
        loan_uses=round(new * posed.problem.loan_uses / UNIT, 2),
        objective=counted.value, bound=bound,
        gap=round((bound - counted.value) / max(abs(bound), 1), 6),
        status="optimal" if bound <= counted.value else "feasible",
        length_km=round(sum(run.length_km for run in runs), 1), seed=seed, work=work,
    )  # fmt: skip
