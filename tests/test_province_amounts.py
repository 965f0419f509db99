"""Money: told in the currency, counted in its smallest unit."""

from decimal import Decimal
from pathlib import Path

import pytest

from exports.text.formats import format_money
from province.amounts import count_smallest, tell_amount, tell_amounts, write_exactly
from province.errors import InputError
from province.read import read_province
from province.settings import ProvinceSettings


@pytest.mark.parametrize(
    ("amount", "currency", "smallest"),
    [(0.29, "EUR", 29), (1234.5, "EUR", 123_450), (0.295, "EUR", None), (5500, "VND", 5500),
     (5500.5, "VND", None), (0.1 + 0.2, "EUR", 30), (1.2, "JPY", None)],
)  # fmt: skip
def test_an_amount_is_counted_in_cents(amount: float, currency: str, smallest: int | None) -> None:
    assert count_smallest(amount, currency) == smallest


def test_cents_are_told_in_euros_and_dong_as_they_are() -> None:
    assert (tell_amount(3785, "EUR"), tell_amount(3785, "VND")) == (37.85, 3785)
    assert (str(write_exactly(5, "EUR")), write_exactly(5, "VND")) == ("0.05", 5)
    assert write_exactly(3780, "EUR") == Decimal("37.80")
    told = {"cost_vnd": 3785, "trips": [{"cost_vnd_before": 5, "visits": 5}], "fix_cost_vnd": None}
    assert tell_amounts(told, "EUR") == {
        "cost_vnd": 37.85, "trips": [{"cost_vnd_before": 0.05, "visits": 5}], "fix_cost_vnd": None,
    }  # fmt: skip
    assert tell_amounts(told, "VND") == told


def test_an_amount_has_all_its_decimals_in_every_language() -> None:
    texts = [format_money(1_234_560, "EUR", name) for name in ("lv", "vi", "en")]
    assert [text.replace("\xa0", " ") for text in texts] == ["12 345,60", "12.345,60", "12,345.60"]
    assert format_money(1_234_560, "VND", "vi") == "1.234.560"


def test_a_country_brings_its_currency_and_zone() -> None:
    latvia = ProvinceSettings(code="1", name="x", country="LV")
    assert (latvia.currency, latvia.timezone) == ("EUR", "Europe/Riga")
    usual = ProvinceSettings(code="1", name="x")
    assert (usual.country, usual.currency, usual.timezone) == ("VN", "VND", "Asia/Ho_Chi_Minh")
    own = ProvinceSettings(code="1", name="x", country="LV", currency="USD")
    assert own.currency == "USD"


@pytest.mark.parametrize(
    ("file", "old", "new", "column"),
    [("vehicles.csv", "cost_vnd_per_km", "0.295", "cost_vnd_per_km"),
     ("province.toml", "", "night_vnd_per_person = 70.005", "costs.night_vnd_per_person"),
     ("province.toml", "", "night_vnd_per_person = -1", "costs.night_vnd_per_person")],
)  # fmt: skip
def test_more_decimals_than_the_currency_has_are_refused(
    small_folder: Path, file: str, old: str, new: str, column: str
) -> None:
    settings = small_folder / "province.toml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace('country = "VN"', 'country = "VN"\ncurrency = "EUR"')
    text = text.replace("[rotation]", "[rotation]\nuses_per_million = 100000")
    costs = {"night_vnd_per_person": "70", "allowance_vnd_per_person_day": "40.5",
             "unserved_vnd_per_priority": "400"}  # fmt: skip
    if file == "province.toml":
        costs["night_vnd_per_person"] = new.partition(" = ")[2]
    text += "\n[costs]\n" + "".join(f"{name} = {value}\n" for name, value in costs.items())
    settings.write_text(text, encoding="utf-8")
    if file == "vehicles.csv":
        path = small_folder / file
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        place = lines[0].split(",").index(old)
        cells = lines[1].split(",")
        cells[place] = new
        path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_province(small_folder)
    assert [finding.column for finding in caught.value.findings] == [column]
