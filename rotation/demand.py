"""Expected uses per library and category: a prior from people and roads, corrected by loans."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np

from province.agenda import CalendarEntry, EntryEffect
from province.dates import DateSpan, Month
from province.days import occurrences
from province.facts import Province
from province.ids import CategoryId, SiteId
from province.places import Site
from province.settings import Settings
from province.stock import YOUNG, Category
from rotation.problem import Floats

RARE_LANGUAGE_SHARE = 0.02
"""Share of people who read a language that `language_shares` does not name."""

OTHER_LANGUAGE_FACTOR = 0.15
"""What is left of a language's demand where the site did not name it."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Expected uses per month.

    Parameters
    ----------
    sites, categories
        Order of the rows and columns of all arrays; both sorted by id.
    prior
        Uses per month expected from people, languages and access alone.
    seen_uses, seen_months
        Uses counted at past visits, and the months they were counted over.
    posterior
        Mean of the gamma–Poisson posterior, in a month of school.
    sd
        Its standard deviation.
    season
        Share of it that is left in each month; shape (months, categories).
    requested
        Uses a month that requests add; shape (sites, months, categories).
    """

    sites: tuple[SiteId, ...]
    categories: tuple[CategoryId, ...]
    prior: Floats
    seen_uses: Floats
    seen_months: Floats
    posterior: Floats
    sd: Floats
    season: Floats
    requested: Floats

    @property
    def by_month(self) -> Floats:
        """Expected uses; shape (sites, months, categories)."""
        total: Floats = self.posterior[:, None, :] * self.season[None] + self.requested
        return total

    def interval(self, share: float = 0.9) -> tuple[Floats, Floats]:
        """Return the lower and upper end that hold a share of the posterior (normal in log)."""
        z = NormalDist().inv_cdf(0.5 + share / 2)
        ratio = np.divide(
            self.sd, self.posterior, out=np.zeros_like(self.sd), where=self.posterior > 0
        )
        spread = np.sqrt(np.log1p(ratio**2))
        middle = self.posterior / np.sqrt(1 + ratio**2)
        return middle * np.exp(-z * spread), middle * np.exp(z * spread)


def estimate_demand(
    province: Province, months: tuple[Month, ...], *, access_min: Mapping[SiteId, float]
) -> Demand:
    """Return expected uses of every site that takes batches.

    Parameters
    ----------
    months
        Months planned for; only loans counted before the first of them are used.
    access_min
        Minutes from the depot by site; a site not named counts as near.
    """
    sites = tuple(site for site in province.sites if site.takes_rotation)
    prior = np.array(
        [
            [
                expect_uses(province.settings, site, category, access_min.get(site.site_id, 0.0))
                for category in province.categories
            ]
            for site in sites
        ]
    ).reshape(len(sites), len(province.categories))
    seen_uses, seen_months = _count_loans(province, sites, months[0])
    weight = province.settings.demand.prior_months
    posterior, sd = correct_by_loans(prior, seen_uses, seen_months, prior_months=weight)
    return Demand(
        tuple(site.site_id for site in sites),
        tuple(category.category_id for category in province.categories),
        prior,
        seen_uses,
        seen_months,
        posterior,
        sd,
        np.array([list_season(province, month) for month in months]),
        _count_requests(province, sites, months),
    )


def list_season(province: Province, month: Month) -> tuple[float, ...]:
    """Return, for each category, the share of a school month's uses that a month sees.

    Pupils read `holiday_share` as much on days without school. Months before the first or after
    the last school term of the calendar count as months of school.
    """
    terms = [entry for entry in province.calendar if entry.effect is EntryEffect.TERM]
    taught = {
        day
        for entry in terms
        for day in occurrences(entry, DateSpan(month.first_day, month.last_day))
    }
    first = min((entry.start for entry in terms), default=date.max)
    last = max((_last_day(entry) for entry in terms), default=date.min)
    days = [day for day in month.days() if first <= day <= last]
    free = sum(day not in taught for day in days) / sum(1 for _ in month.days())
    young = 1 - free * (1 - province.settings.demand.holiday_share)
    return tuple(young if c.audience in YOUNG else 1.0 for c in province.categories)


def _last_day(entry: CalendarEntry) -> date:
    if entry.rule:
        return entry.until or date.max
    return entry.start + timedelta(days=entry.days - 1)


def _count_requests(
    province: Province, sites: tuple[Site, ...], months: tuple[Month, ...]
) -> Floats:
    """Return the uses that requests add: spread over `request_months` from the day they were made.

    A request counts from the first month planned at the earliest, so that none is lost between two
    plans, and not once its months are over.
    """
    site_at = {site.site_id: i for i, site in enumerate(sites)}
    category_at = {category.category_id: i for i, category in enumerate(province.categories)}
    rates = province.settings.demand
    uses = np.zeros((len(sites), len(months), len(province.categories)))
    for asked in province.requests:
        if asked.site_id not in site_at or asked.day >= months[0].first_day:
            continue
        left = rates.request_months - months[0].months_since(Month.of(asked.day)) + 1
        own = asked.books * rates.uses_per_request / rates.request_months
        for t in range(min(max(0, left), len(months))):
            uses[site_at[asked.site_id], t, category_at[asked.category_id]] += own
    return uses


def expect_uses(settings: Settings, site: Site, category: Category, access_min: float) -> float:
    """Return the prior: uses per month of one category at one site.

    People of the audience × uses per person × share who read the language × an equal share of the
    subjects of that audience and language × a factor that halves with each `access_half_min`.
    """
    rates = settings.demand
    is_young = category.audience in YOUNG
    young = len({one.audience for one in settings.categories} & set(YOUNG))
    if is_young:
        people = rates.uses_per_student_month * site.students / max(1, young)
    else:
        people = rates.uses_per_person_month * max(0, site.population - site.students)
    if site.audiences and category.audience not in site.audiences:
        return 0.0
    reads = settings.language_shares.get(category.language, RARE_LANGUAGE_SHARE)
    if site.languages and category.language not in site.languages:
        reads *= OTHER_LANGUAGE_FACTOR
    subjects = sum(
        one.audience == category.audience and one.language == category.language
        for one in settings.categories
    )
    return float(people * reads / max(1, subjects) * 0.5 ** (access_min / rates.access_half_min))


def correct_by_loans(
    prior: Floats, uses: Floats, months: Floats, *, prior_months: float
) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the gamma–Poisson posterior.

    The prior is a gamma with mean `prior`, worth `prior_months` months of observation: shape
    prior · prior_months, rate prior_months; counted uses add to the shape, months to the rate.
    What nobody was expected to read counts once it was seen: a prior of 0 is an expectation, too.
    """
    shape = prior * prior_months + uses
    rate = prior_months + months
    return shape / rate, np.sqrt(shape) / rate


def _count_loans(
    province: Province, sites: tuple[Site, ...], first: Month
) -> tuple[Floats, Floats]:
    site_at = {site.site_id: i for i, site in enumerate(sites)}
    category_at = {category.category_id: i for i, category in enumerate(province.categories)}
    uses = np.zeros((len(sites), len(province.categories)))
    months = np.zeros_like(uses)
    seasons: dict[Month, tuple[float, ...]] = {}
    for loan in province.loans:
        if loan.day < first.first_day and loan.site_id in site_at:
            uses[site_at[loan.site_id], category_at[loan.category_id]] += loan.uses
            c = category_at[loan.category_id]
            month = Month.of(loan.day)
            if month not in seasons:
                seasons[month] = list_season(province, month)
            months[site_at[loan.site_id], c] += loan.months * seasons[month][c]
    return uses, months
