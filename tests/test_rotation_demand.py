from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from province.agenda import CalendarEntry, EntryEffect, EntryKind
from province.dates import Month
from province.stock import Loans, Request
from rotation.demand import correct_by_loans, estimate_demand, expect_uses, list_season

DECEMBER = (Month(2026, 12),)
SEEDS = range(50)


def _one_province(seed):
    """Known rates of 40 libraries, a prior that misses each by a third or so, a year of loans."""
    rng = np.random.default_rng(seed)
    prior = rng.uniform(3.0, 30.0, size=(40, 2))
    rate = prior * rng.gamma(shape=6.0, scale=1 / 6.0, size=prior.shape)
    months = rng.integers(1, 4, size=prior.shape).astype(float)
    uses = rng.poisson(rate * months).astype(float)
    return prior, rate, months, uses


def test_posterior_is_nearer_to_the_known_rates_than_prior_and_raw_means():
    errors = []
    for seed in SEEDS:
        prior, rate, months, uses = _one_province(seed)
        # a gamma of shape 6 and mean m is worth 6 / m months; about 0.5 for the mean of 16.5
        mean, _ = correct_by_loans(prior, uses, months, prior_months=0.5)
        errors.append([((x - rate) ** 2).mean() for x in (mean, prior, uses / months)])
    posterior, by_prior, by_raw = np.array(errors).T
    assert posterior.mean() < by_prior.mean()
    assert posterior.mean() < by_raw.mean()
    assert (posterior < by_prior).all()
    assert (posterior < by_raw).mean() > 0.7


def test_interval_of_ninety_percent_holds_the_known_rate_about_nine_times_in_ten(small):
    demand = estimate_demand(small, DECEMBER, access_min={})
    held = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        prior = rng.uniform(5.0, 30.0, size=(40, 2))
        rate = rng.gamma(prior * 2.0, 1 / 2.0)
        months = np.full_like(prior, 3.0)
        uses = rng.poisson(rate * months).astype(float)
        mean, sd = correct_by_loans(prior, uses, months, prior_months=2.0)
        low, high = replace(demand, posterior=mean, sd=sd).interval(0.9)
        held.append(((low <= rate) & (rate <= high)).mean())
    assert np.mean(held) == pytest.approx(0.9, abs=0.02)


def test_two_visits_do_not_swing_a_library():
    # 10 uses expected, worth 6 months; two visits of a month saw 60, a raw mean of 30:
    # (10 · 6 + 60) / (6 + 2) = 120 / 8 = 15, a quarter of the way to the raw mean
    mean, sd = correct_by_loans(
        np.array([[10.0]]), np.array([[60.0]]), np.array([[2.0]]), prior_months=6.0
    )
    assert mean[0, 0] == pytest.approx(15.0)
    assert sd[0, 0] == pytest.approx(np.sqrt(120) / 8)
    assert abs(mean[0, 0] - 10) < abs(mean[0, 0] - 30)


def test_many_visits_overrule_the_prior():
    mean, _ = correct_by_loans(
        np.array([[10.0]]), np.array([[3000.0]]), np.array([[100.0]]), prior_months=6.0
    )
    assert 29 > mean[0, 0] > 28.5  # 3060 / 106 = 28.87


def test_without_visits_the_prior_stays_and_nothing_expected_stays_nothing():
    mean, sd = correct_by_loans(
        np.array([[10.0, 0.0]]), np.array([[0.0, 0.0]]), np.array([[0.0, 1.0]]), prior_months=4.0
    )
    assert mean.tolist() == [[10.0, 0.0]]
    assert sd.tolist() == [[pytest.approx(np.sqrt(40) / 4), 0.0]]


def test_what_was_seen_counts_where_nothing_was_expected():
    # 5 uses in 1 month beside 4 months of expecting none: 5 / 5 = 1 a month, √5 / 5.
    mean, sd = correct_by_loans(
        np.array([[0.0]]), np.array([[5.0]]), np.array([[1.0]]), prior_months=4.0
    )
    assert mean.tolist() == [[1.0]]
    assert sd.tolist() == [[pytest.approx(np.sqrt(5) / 5)]]


def test_one_cell_by_hand(small):
    # TV1: 4200 people, 600 of them pupils; 3600 adults · 0.012 uses · 0.9 who read Vietnamese
    # · 1 subject = 38.88 uses a month, half of it at 240 minutes from the depot
    site = next(site for site in small.sites if site.site_id == "TV1")
    farming = next(c for c in small.categories if c.category_id == "farming-adult-vi")
    assert expect_uses(small.settings, site, farming, 0.0) == pytest.approx(38.88)
    assert expect_uses(small.settings, site, farming, 240.0) == pytest.approx(19.44)
    # 46 uses were counted over 1.1 months; the prior is worth 6: (38.88 · 6 + 46) / 7.1
    demand = estimate_demand(small, DECEMBER, access_min={})
    cell = demand.sites.index("TV1"), demand.categories.index("farming-adult-vi")
    assert demand.prior[cell] == pytest.approx(38.88)
    assert demand.posterior[cell] == pytest.approx(279.28 / 7.1)
    assert demand.sd[cell] == pytest.approx(np.sqrt(279.28) / 7.1)


def test_loans_counted_after_the_months_planned_for_are_not_used(small):
    october = (Month(2026, 10),)
    demand = estimate_demand(small, october, access_min={})
    assert demand.seen_months.sum() == 0
    assert demand.posterior == pytest.approx(demand.prior)


def test_audience_not_asked_for_is_not_expected_and_other_languages_hardly(small):
    site = next(site for site in small.sites if site.site_id == "TV1")
    hmong = next(c for c in small.categories if c.category_id == "tales-child-hmn")
    # 600 pupils · 0.06 uses · 0.3 who read Hmong
    assert expect_uses(small.settings, site, hmong, 0.0) == pytest.approx(10.8)
    only_vi = replace(site, languages=("vi",))
    assert expect_uses(small.settings, only_vi, hmong, 0.0) == pytest.approx(10.8 * 0.15)
    only_adults = replace(site, audiences=("adult",))
    assert expect_uses(small.settings, only_adults, hmong, 0.0) == 0


def _term(first: date, days: int) -> CalendarEntry:
    return CalendarEntry(
        "T", EntryKind.TERM, "Term", "", first, days, None, None, None, EntryEffect.TERM, ""
    )


def test_pupils_read_half_as_much_on_days_without_school(small):
    # terms 1 Sep – 31 Dec and 16 Jan – 31 May: 15 of 31 days of January are free;
    # 1 − 15/31 · (1 − 0.5) = 0.758; August lies before the first term: the calendar does not say
    terms = (_term(date(2026, 9, 1), 122), _term(date(2027, 1, 16), 136))
    province = replace(small, calendar=terms)
    is_young = [category.audience == "child" for category in small.categories]
    for month, expected in (
        (Month(2026, 12), 1.0), (Month(2027, 1), 1 - 15 / 31 / 2), (Month(2026, 8), 1.0)
    ):  # fmt: skip
        season = list_season(province, month)
        assert season == tuple(pytest.approx(expected if young else 1.0) for young in is_young)


def test_months_without_school_count_less_among_the_months_seen(small):
    # 4 uses in a month of which half the days were free: seen over 0.75 months, not over 1
    terms = (_term(date(2026, 9, 1), 15), _term(date(2026, 12, 1), 31))
    category = next(c for c in small.categories if c.audience == "child").category_id
    loan = Loans("TV1", date(2026, 9, 20), category, 4, 1.0)
    demand = estimate_demand(replace(small, calendar=terms, loans=(loan,)), DECEMBER, access_min={})
    place = demand.sites.index("TV1"), demand.categories.index(category)
    assert demand.seen_months[place] == pytest.approx(0.75)


def test_requests_add_for_some_months_after_they_were_made(small):
    # 6 books asked for on 5 November, 2 uses each, over 3 months: 4 uses a month in December and
    # January and February; asked for in October: December and January are left
    category = small.categories[0].category_id
    months = tuple(Month(2026, 12).plus(i) for i in range(4))
    asked = (
        Request("TV1", date(2026, 11, 5), category, 6),
        Request("TV2", date(2026, 10, 5), category, 6),
        Request("TV2", date(2026, 12, 1), category, 6),
    )  # fmt: skip
    demand = estimate_demand(replace(small, requests=asked), months, access_min={})
    without = estimate_demand(small, months, access_min={})
    added = demand.by_month - without.by_month
    assert added[demand.sites.index("TV1"), :, 0] == pytest.approx([4, 4, 4, 0])
    assert added[demand.sites.index("TV2"), :, 0] == pytest.approx([4, 4, 0, 0])
    assert added.sum() == pytest.approx(20)
