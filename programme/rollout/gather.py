"""Makes the rollout's numbers of the facts of a province."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from programme.distances import Minutes, measure_ways
from programme.measure import Scope, Yardstick
from programme.money import list_balances
from programme.rollout.problem import Place, Purse, RolloutProblem
from province.errors import InfeasibleError
from province.facts import Province
from province.ids import CommuneCode
from province.language import message
from province.places import Commune, Site
from province.programme_facts import LibraryModel, Purpose


def pose_rollout(
    province: Province,
    until: int,
    on: date,
    *,
    pinned: Mapping[CommuneCode, int] | None = None,
    without: Iterable[CommuneCode] = (),
) -> RolloutProblem:
    """Return what the rollout chooses among, from the year of a day until another year.

    Parameters
    ----------
    pinned
        Years in which models must begin, beside those that `models.csv` announces.
    without
        Communes that get no model.

    Raises
    ------
    InfeasibleError
        If no commune has a site that could hold a model.
    """
    years = tuple(range(on.year, until + 1))
    settings = province.settings
    yardstick = Yardstick.of(province)
    scope = Scope.ALL if settings.targets.counts_wards else Scope.NO_WARDS
    have = {model.commune_code for model in yardstick.list_models(scope, on)}
    chosen = _choose_sites(province, yardstick.communes[scope])
    if not chosen:
        raise InfeasibleError(message("no commune has a site that could hold a library model"))
    communes = [province.commune_by_code[code] for code in chosen]
    sites = tuple(chosen.values())
    announced = _list_announced(province.programme.models, on) | dict(pinned or {})
    barred = frozenset(without)
    between, from_depots = measure_ways(province, sites)
    places = tuple(
        Place(
            code=commune.code,
            site_id=site.site_id,
            people=commune.population,
            options=_list_options(province, commune, site, between[:, k], from_depots[k]),
            minutes=float(from_depots[k]),
            trainees=(trainees := _count_trainees(province, commune.code, on)),
            cost_vnd=_cost_of(province, "models"),
            training_vnd=trainees * _cost_of(province, "staff"),
            since=None if commune.code in barred else announced.get(commune.code),
            not_before=years[-1] + 1 if commune.code in barred else years[0],
        )
        for k, (commune, site) in enumerate(zip(communes, sites, strict=True))
    )
    return RolloutProblem(
        years=years,
        places=places,
        begun=frozenset(k for k, place in enumerate(places) if place.code in have),
        needed=_count_needed(yardstick, scope, years, on),
        most_models=_spread(settings.rollout.models_per_year, years, _count_begun(province, on)),
        seats=_spread(settings.rollout.trainees_per_year, years, _count_trained(province, on)),
        purses=_list_purses(province, years, on),
    )


def _choose_sites(province: Province, communes: Sequence[Commune]) -> dict[CommuneCode, Site]:
    """Return the largest library of each commune: where its model would be."""
    kinds = province.settings.targets.library_kinds
    own: defaultdict[CommuneCode, list[Site]] = defaultdict(list)
    for site in province.sites:
        if site.kind in kinds:
            own[site.commune_code].append(site)
    return {
        commune.code: min(own[commune.code], key=lambda site: (-site.capacity_books, site.site_id))
        for commune in communes
        if commune.code in own
    }


def _list_announced(models: Iterable[LibraryModel], on: date) -> dict[CommuneCode, int]:
    """Return the years in which models begin that `models.csv` announces for later."""
    return {
        model.commune_code: model.established.year
        for model in models
        if model.established is not None and model.established > on
    }


def _list_options(
    province: Province, commune: Commune, site: Site, minutes: Minutes, from_depot: float
) -> tuple[tuple[int, int], ...]:
    """Return how many people, times weight, of a commune go to the models of which places."""
    rules = province.settings.rollout
    own = province.settings.province.language
    weight = 1 + rules.weight_border * commune.is_border
    weight += rules.weight_language * any(language != own for language in site.languages)
    weight += rules.weight_remote * (from_depot / 60 if np.isfinite(from_depot) else 0)
    shares = np.clip(1 - minutes / rules.reach_min, 0, 1)
    people = np.rint(commune.population * weight * shares).astype(int)
    found = [(int(k), int(people[k])) for k in np.flatnonzero(people)]
    return tuple(sorted(found, key=lambda option: (-option[1], option[0])))


def _count_trainees(province: Province, code: CommuneCode, on: date) -> int:
    """Return how many people of a commune must still be trained before it may have a model."""
    sites = {site.site_id for site in province.sites if site.commune_code == code}
    trained = sum(
        staff.trained
        for staff in province.programme.staff
        if staff.site_id in sites and staff.works(on)
    )
    return max(0, province.settings.rollout.staff_per_model - trained)


def _spread(most: int | None, years: Sequence[int], used: int) -> dict[int, int] | None:
    """Return a limit for each year, less what the first of them has used already."""
    if most is None:
        return None
    return {year: max(0, most - used) if year == years[0] else most for year in years}


def _count_begun(province: Province, on: date) -> int:
    """Return the models that began in the year of a day, until that day."""
    return sum(
        model.established is not None
        and model.established.year == on.year
        and model.established <= on
        for model in province.programme.models
    )


def _count_trained(province: Province, on: date) -> int:
    """Return the people who were trained in the year of a day, until that day."""
    return sum(
        staff.trained
        for staff in province.programme.staff
        if staff.trained_date is not None
        and staff.trained_date.year == on.year
        and staff.trained_date <= on
    )


def _cost_of(province: Province, counts: str) -> float:
    """Return what one more costs of what a goal counts; 0 where no goal says it."""
    goals = province.settings.goals
    return next((goal.unit_cost_vnd or 0 for goal in goals if goal.counts == counts), 0.0)


def _count_needed(
    yardstick: Yardstick, scope: Scope, years: Sequence[int], on: date
) -> dict[int, int]:
    """Return the models that goals ask for by the end of years."""
    needed: dict[int, int] = {}
    for goal in yardstick.province.settings.goals:
        if goal.counts != "models":
            continue
        measure = yardstick.measure(goal, scope, on)
        for year in years:
            if (pct := goal.by.get(str(year))) is not None:
                needed[year] = max(needed.get(year, 0), measure.find_needed(pct))
    return needed


def _list_purses(province: Province, years: Sequence[int], on: date) -> tuple[Purse, ...] | None:
    """Return the money there is, None where every year may cost what is needed."""
    rules = province.settings.rollout
    if rules.money_per_year_vnd is None and not rules.money_by_year_vnd:
        return None
    currency = province.settings.province.currency
    purses = []
    for balance in list_balances(province, on):
        fund = balance.fund
        pays = {purpose: not fund.charges or purpose in fund.charges for purpose in Purpose}
        if balance.currency == currency and balance.left.value > 0 and fund.until >= on:
            purses.append(
                Purse(
                    fund.fund_id, balance.left.value, fund.from_date.year, fund.until.year,
                    pays[Purpose.MODEL], pays[Purpose.TRAINING],
                )
            )  # fmt: skip
    for year in years:
        amount = rules.money_by_year_vnd.get(str(year), rules.money_per_year_vnd)
        if amount:
            purses.append(Purse(str(year), amount, year, year, True, True))
    return tuple(purses)
