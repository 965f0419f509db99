"""Amounts of the settings: none is meant in đồng where the currency is another."""

import re
from pathlib import Path

import pytest

from province.cost_settings import AMOUNTS_IN_VND, WISH_PARTS, CostSettings
from province.errors import InputError
from province.read import read_province
from province.settings import Settings


def test_every_amount_is_given_or_follows_from_one_that_is() -> None:
    named = {
        f"{part}.{name}"
        for part in ("costs", "rotation", "trips", "service", "compose", "demand")
        for name in type(getattr(_settings(), part)).model_fields
        if re.search(r"vnd|million", name)
    }
    assert named == {*AMOUNTS_IN_VND, *(f"costs.{name}" for name in WISH_PARTS)}


@pytest.mark.parametrize(
    ("step", "crews", "communes", "missed", "wish"),
    [(3_000_000, 20_000, 200_000, 1_500_000, 300_000), (400, 3, 27, 200, 40), (0, 0, 0, 0, 0)],
)
def test_wishes_are_parts_of_what_a_visit_left_out_counts(
    step: int, crews: int, communes: int, missed: int, wish: int
) -> None:
    costs = CostSettings(unserved_vnd_per_priority=step)
    assert costs.uneven_crews_vnd_per_day == crews
    assert costs.uneven_communes_vnd_per_visit == communes
    assert costs.missed_preferred_vnd_per_visit == missed
    assert costs.missed_wish_vnd_per_point == wish


def test_a_wish_that_is_given_stays_as_it_is() -> None:
    costs = CostSettings(unserved_vnd_per_priority=400, missed_preferred_vnd_per_visit=7)
    assert costs.missed_preferred_vnd_per_visit == 7
    # A step more is one day in 150 for each of 7 days more, and no market: that is given.
    assert costs.count_against(misses=True) == pytest.approx(7 / 150)
    assert CostSettings().count_against(misses=True) == pytest.approx(7 / 150 + 1 / 2)


def test_a_folder_in_euros_must_give_its_own_amounts(small_folder: Path) -> None:
    path = small_folder / "province.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('country = "VN"', 'country = "VN"\ncurrency = "EUR"'))
    with pytest.raises(InputError) as caught:
        read_province(small_folder)
    found = {finding.column: str(finding.expected) for finding in caught.value.findings}
    assert found == dict.fromkeys(AMOUNTS_IN_VND, "an amount in EUR")


def test_euros_count_as_much_as_dong(small_folder: Path) -> None:
    path = small_folder / "province.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('country = "VN"', 'country = "VN"\ncurrency = "EUR"')
    text = text.replace("[rotation]", "[rotation]\nuses_per_million = 100000")
    text += "\n[costs]\nnight_vnd_per_person = 70\nallowance_vnd_per_person_day = 40.5\n"
    path.write_text(text + "unserved_vnd_per_priority = 400\n", encoding="utf-8")
    settings = read_province(small_folder).settings
    costs = settings.costs  # in cents
    assert (costs.night_vnd_per_person, costs.allowance_vnd_per_person_day) == (7000, 4050)
    assert (costs.uneven_crews_vnd_per_day, costs.uneven_communes_vnd_per_visit) == (267, 2667)
    assert settings.rotation.uses_per_million == 1000  # of a million cents


def _settings() -> Settings:
    return Settings.model_validate(
        {
            "province": {"code": "1", "name": "x"},
            "categories": [
                {"id": "a", "subject": "s", "audience": "adult", "language": "vi", "name": "n"}
            ],
        }
    )
