"""What kind of site reads what, where its row does not say."""

import dataclasses

from province.facts import Province
from province.findings import Findings
from province.language import message
from province.places import Site
from province.settings import KindsSettings
from province.tables.references import Tables, list_lines


def fill_by_kind(sites: tuple[Site, ...], kinds: KindsSettings) -> tuple[Site, ...]:
    """Return the sites, those that name no audiences with the ones of their kind."""
    return tuple(
        dataclasses.replace(site, audiences=site.audiences or kinds.find(site.kind).audiences)
        for site in sites
    )


def check_audiences(province: Province, tables: Tables, findings: Findings) -> None:
    """Add a warning for each site whose audiences no batch suits, and for unlikely ones."""
    lines = list_lines(tables, "libraries.csv", "site_id")
    kinds = province.settings.kinds
    for site in province.sites:
        if not site.takes_rotation:
            continue
        usual = kinds.find(site.kind).audiences
        advice = None
        if usual and site.audiences and not set(usual) & set(site.audiences):
            expected = message("audiences such as {usual} at a {kind}",
                               usual="|".join(usual), kind=site.kind.value)  # fmt: skip
            advice = message("correct the audiences, or say in [kinds.{kind}] who reads there",
                             kind=site.kind.value)  # fmt: skip
        elif province.batches and not _is_suited(province, site):
            expected = message("a batch of which half the books are for these audiences")
            advice = message("compose a batch for them, or name more audiences")
        if advice is not None:
            findings.at("libraries.csv", lines.get(site.site_id), "audiences").warn(
                "|".join(site.audiences), expected=expected, advice=advice
            )


def _is_suited(province: Province, site: Site) -> bool:
    """Whether some batch has half its books for the audiences of a site."""
    categories = province.category_by_id
    return not site.audiences or any(
        2 * sum(
            books
            for category, books in batch.books_by_category
            if category in categories and categories[category].audience in site.audiences
        ) >= batch.books
        for batch in province.batches
    )  # fmt: skip
