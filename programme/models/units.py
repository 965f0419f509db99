"""Who is compared with whom: models, private libraries, libraries of communes; who is alike."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from programme.distances import measure_ways
from province.facts import Province
from province.ids import CommuneCode, SiteId
from province.places import Commune, Site, SiteKind
from province.programme_facts import LibraryModel, ModelKind

NO_WAY_STEPS = 3.0
"""Steps between a commune that a road reaches and one that none does."""


@dataclass(frozen=True, slots=True)
class ServiceUnit:
    """What is compared: a model, a private library by itself, or a commune's other libraries.

    Parameters
    ----------
    key
        Id of the model or the private library, or code of the commune.
    sites
        Its sites, at least one.
    since
        Its first day; None: not known, long ago.
    model
        None where it is none.
    """

    key: str
    commune: Commune
    sites: tuple[Site, ...]
    since: date | None
    model: LibraryModel | None

    @property
    def is_private(self) -> bool:
        """Whether it is a private library that serves the community, as a model or by itself."""
        if self.model is not None and self.model.kind is ModelKind.PRIVATE:
            return True
        return all(site.kind is SiteKind.PRIVATE_LIBRARY for site in self.sites)

    @property
    def is_judged(self) -> bool:
        """Whether it is judged; others are there to be compared with."""
        return self.model is not None or self.is_private

    @property
    def name(self) -> str:
        """What people call it."""
        if self.model is not None:
            return self.model.name
        return self.sites[0].name if self.is_private else self.commune.name


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What makes communes alike or not: who lives there, how far it is, what is special.

    Parameters
    ----------
    people
        People in reach of its sites; inhabitants of the commune where nobody wrote them down.
    minutes
        By road from the nearest depot; infinite where no road leads there.
    reads_other
        Whether its libraries read in another language than the province's own as well.
    """

    people: int
    minutes: float
    is_border: bool
    is_ward: bool
    reads_other: bool


def list_units(province: Province, on: date) -> tuple[ServiceUnit, ...]:
    """Return everything that is compared on a day, by key.

    A commune whose libraries are all part of models or private is there by these alone.
    """
    models = [one for one in province.programme.models if is_at_work(one, on)]
    pooled = {site_id for model in models for site_id in model.sites}
    found = [
        ServiceUnit(model.model_id, commune, sites, model.established, model)
        for model in models
        if (commune := province.commune_by_code.get(model.commune_code))
        and (sites := _list_sites(province, model.sites))
    ]
    others: dict[CommuneCode, list[Site]] = {}
    for site in province.sites:
        commune = province.commune_by_code.get(site.commune_code)
        if commune is None or site.site_id in pooled:
            continue
        if site.kind is SiteKind.PRIVATE_LIBRARY:
            found.append(ServiceUnit(site.site_id, commune, (site,), site.enrolled_from, None))
        elif site.kind in province.settings.targets.library_kinds:
            others.setdefault(commune.code, []).append(site)
    have = {model.commune_code for model in models}
    found += [
        ServiceUnit(code, province.commune_by_code[code], tuple(sites), None, None)
        for code, sites in others.items()
        if code not in have
    ]
    return tuple(sorted(found, key=lambda unit: unit.key))


def is_at_work(model: LibraryModel, on: date) -> bool:
    """Whether a model works on a day, whatever criteria it meets."""
    return model.established is not None and model.established <= on <= (model.closed or on)


def _list_sites(province: Province, ids: Sequence[SiteId]) -> tuple[Site, ...]:
    return tuple(province.site_by_id[one] for one in ids if one in province.site_by_id)


def describe_surroundings(
    province: Province, units: Sequence[ServiceUnit]
) -> dict[str, Surroundings]:
    """Return the surroundings of units, by key; minutes are those of the largest of its sites."""
    seats = [min(unit.sites, key=lambda s: (-s.capacity_books, s.site_id)) for unit in units]
    _, minutes = measure_ways(province, seats)
    wards = {kind.casefold() for kind in province.settings.targets.ward_kinds}
    own = province.settings.province.language
    return {
        unit.key: Surroundings(
            people=sum(site.population for site in unit.sites) or unit.commune.population,
            minutes=float(away),
            is_border=unit.commune.is_border,
            is_ward=unit.commune.kind.casefold() in wards,
            reads_other=any(language != own for site in unit.sites for language in site.languages),
        )
        for unit, away in zip(units, minutes, strict=True)
    }


def count_steps(one: Surroundings, two: Surroundings, *, step_min: float) -> float:
    """Return by how many steps two places differ; 0: in nothing that is looked at.

    A step is twice the people, `step_min` minutes by road, border or not, ward or not, another
    language or not; steps of different kinds add up as sides of a right angle do.
    """
    size = math.log2(max(1, one.people) / max(1, two.people))
    if math.isfinite(one.minutes) and math.isfinite(two.minutes):
        way = (one.minutes - two.minutes) / step_min
    else:
        way = 0.0 if one.minutes == two.minutes else NO_WAY_STEPS
    return math.hypot(
        size,
        way,
        one.is_border != two.is_border,
        one.is_ward != two.is_ward,
        one.reads_other != two.reads_other,
    )


def list_alike(
    province: Province, units: Sequence[ServiceUnit], places: Mapping[str, Surroundings]
) -> dict[str, tuple[str, ...]]:
    """Return the keys of the units of other communes that are alike, the most alike first."""
    return {unit.key: tuple(_list_near(province, unit, units, places)) for unit in units}


def _list_near(
    province: Province,
    unit: ServiceUnit,
    units: Sequence[ServiceUnit],
    places: Mapping[str, Surroundings],
) -> Iterator[str]:
    rules = province.settings.models
    steps = [
        (count_steps(places[unit.key], places[two.key], step_min=rules.alike_minutes), two.key)
        for two in units
        if two.commune.code != unit.commune.code
    ]
    for away, key in sorted(steps):
        if away <= rules.alike_steps:
            yield key
