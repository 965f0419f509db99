"""Composes batches from a province's stock, for the libraries they will go to."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planning.demand import estimate_now
from planning.survey import survey_province
from province.dates import Month
from province.errors import InfeasibleError, InputError, ViolationError
from province.facts import Province
from province.findings import Finding
from province.ids import CategoryId, SiteId
from province.language import Message, mark, message
from province.places import Site
from province.read.stock import Stock
from province.stock import Absence, Category
from rotation.compose.compose import compose_batches, lendable, value_of
from rotation.compose.problem import ComposePlan, ComposeProblem, LibraryKind
from rotation.compose.verify import verify_composition


@dataclass(frozen=True, slots=True)
class Composition:
    """Composed batches with their ids and where they will live, in the order of the plan."""

    problem: ComposeProblem
    plan: ComposePlan
    batch_ids: tuple[str, ...]
    depot_ids: tuple[SiteId, ...]


def compose_for(
    province: Province, stock: Stock, month: Month, *, batches: int | None = None, prefix: str = "C"
) -> Composition:
    """Return batches composed for the libraries enrolled in a month.

    Parameters
    ----------
    batches
        How many; None: as many full ones as the copies that may travel make.
    prefix
        How the ids of the new batches begin.

    Raises
    ------
    InfeasibleError
        If no library is enrolled, or the stock cannot fill the batches.
    """
    rules = province.settings.compose
    copies = sum(lendable(title, rules) for title in stock.titles)
    wanted = batches if batches is not None else copies // rules.books_max
    kinds = group_libraries(province, month, max(1, wanted))
    if not kinds:
        raise InfeasibleError(message("no library takes batches in {month}", month=str(month)))
    problem = ComposeProblem(
        stock.titles,
        kinds,
        province.settings.rotation.books_for_half_saturation,
        rules,
        province.settings.service,
    )
    plan = compose_batches(problem)
    if broken := verify_composition(problem, plan):
        raise ViolationError(
            message("the batches break their own rules and are not written; please report this"),
            *(violation.sentence for violation in broken),
        )
    width = max(2, len(str(len(plan.batches))))
    ids = tuple(f"{prefix}{n:0{width}}" for n in range(1, len(plan.batches) + 1))
    _refuse_taken(province, ids)
    return Composition(problem, plan, ids, share_depots(province, month, kinds, plan))


def share_depots(
    province: Province, month: Month, kinds: Sequence[LibraryKind], plan: ComposePlan
) -> tuple[SiteId, ...]:
    """Return where each composed batch will live.

    Batches of a kind are shared by the libraries that are nearest to each depot.
    """
    nearest = survey_province(province, month, months=(month,)).nearest_depots
    homes: list[list[SiteId]] = []
    for number, kind in enumerate(kinds):
        count = sum(batch.kind == number for batch in plan.batches)
        libraries = Counter(nearest[site] for site in kind.sites)
        shares = share_by_weight(libraries, count)
        homes.append([depot for depot in sorted(shares) for _ in range(shares[depot])])
    return tuple(homes[batch.kind].pop(0) for batch in plan.batches)


def group_libraries(province: Province, month: Month, batches: int) -> tuple[LibraryKind, ...]:
    """Return the kinds of libraries, with the batches shared by their demand.

    Shares are by largest remainder; a kind whose share rounds to none gets no batch.
    """
    demand = estimate_now(province, month)
    by_month = demand.by_month[:, 0]
    rows = {site_id: by_month[p] for p, site_id in enumerate(demand.sites)}
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Site]] = defaultdict(list)
    for site in province.sites:
        if site.takes_rotation and site.is_enrolled(month.last_day):
            groups[tuple(sorted(site.languages)), tuple(sorted(site.audiences))].append(site)
    weights = {
        key: float(sum(rows[site.site_id].sum() for site in sites)) for key, sites in groups.items()
    }
    shares = share_by_weight(weights, batches)
    return tuple(
        LibraryKind(
            sites=tuple(sorted(SiteId(site.site_id) for site in sites)),
            batches=shares[key],
            demand={
                CategoryId(category): float(sum(rows[site.site_id][c] for site in sites))
                / len(sites)
                for c, category in enumerate(demand.categories)
            },
            suits=frozenset(c.category_id for c in province.categories if _suits(c, *key)),
        )
        for key, sites in sorted(groups.items())
        if shares[key]
    )


def share_by_weight(weights: Mapping[Any, float], total: int) -> dict[Any, int]:
    """Return whole shares of a total in proportion to weights, by largest remainder."""
    whole = sum(weights.values())
    if whole <= 0:
        return dict.fromkeys(weights, 0)
    exact = {key: total * weight / whole for key, weight in weights.items()}
    shares = {key: int(value) for key, value in exact.items()}
    rest = sorted(exact, key=lambda key: (shares[key] - exact[key], key))
    for key in rest[: total - sum(shares.values())]:
        shares[key] += 1
    return shares


def _suits(category: Category, languages: Sequence[str], audiences: Sequence[str]) -> bool:
    speaks = not languages or category.language in languages
    return speaks and (not audiences or category.audience in audiences)


def _refuse_taken(province: Province, ids: Sequence[str]) -> None:
    known = {batch.batch_id for batch in province.batches}
    expected = message("an id that no batch has yet")
    advice = message("choose another beginning with --prefix")
    taken = [
        Finding("batches.csv", None, "batch_id", name, expected, advice)
        for name in ids
        if name in known
    ]
    if taken:
        raise InputError(taken)


def tabulate_composition(province: Province, found: Composition) -> list[dict[str, Any]]:
    """Return a row per batch: for whom, how much, what it is worth."""
    names = {site.site_id: site.name for site in province.sites}
    rows = []
    for name, batch in zip(found.batch_ids, found.plan.batches, strict=True):
        kind = found.problem.kinds[batch.kind]
        copies = batch.copies
        rows.append(
            {
                mark("batch"): name,
                mark("libraries"): len(kind.sites),
                mark("such as"): names[kind.sites[0]],
                mark("books"): sum(copies.values()),
                mark("titles"): len(copies),
                mark("boxes"): len(batch.boxes),
                mark("kg"): round(weigh_kg(found, copies), 1),
                mark("uses a month when new"): round(value_of(found.problem, batch), 1),
            }
        )
    return rows


def weigh_kg(found: Composition, copies: Mapping[int, int]) -> float:
    """Return the kilograms of some copies by title (index)."""
    return sum(found.problem.titles[i].mass_g * n for i, n in copies.items()) / 1000


def describe_unused(found: Composition, stock: Stock) -> tuple[Message, ...]:
    """Return how many titles stay at home, and why."""
    unused = found.plan.unused
    return (
        message("{count} titles are rare and stay in the house", count=unused["rare"]),
        message("{count} titles have too few copies to travel", count=unused["too_few_copies"]),
        message("{count} titles belong to no category of province.toml", count=stock.unplaced),
    )


LEFT_OUT = {
    Absence.LOST: mark("copies that are lost and do not count: {count}"),
    Absence.WITHDRAWN: mark("copies that are withdrawn and do not count: {count}"),
    Absence.DAMAGED: mark("copies that are damaged and do not count: {count}"),
    Absence.NOT_FOR_LOAN: mark("copies that are not for loan and do not count: {count}"),
}


def describe_left_out(stock: Stock) -> tuple[Message, ...]:
    """Return how many copies and records of the stock do not count, and why; nothing for none."""
    told = [Message(LEFT_OUT[why], (("count", count),)) for why, count in stock.absent]
    if stock.deleted:
        told.append(
            message(
                "records that are marked as deleted and do not count: {count}", count=stock.deleted
            )
        )
    return tuple(told)
