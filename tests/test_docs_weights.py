"""The table of weights says what the code weighs, and the page says what the table says."""

import importlib
from dataclasses import fields

import pytest
from rotation_cases import make_problem

from province.fleet import Vehicle
from province.settings import Settings
from province.weights import ROTATION_WEIGHTS, TRIP_WEIGHTS, Weight
from rotation.instance.score import Score
from rotation.solve.solve import find_rotation
from tools.weights_table import PAGE, write_page

pytestmark = pytest.mark.usefixtures("few_iterations")

WEIGHTS = (*ROTATION_WEIGHTS, *TRIP_WEIGHTS)


def test_the_page_is_up_to_date_with_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == write_page(), "run: python -m tools.weights_table"


def find_default(weight: Weight) -> float:
    """Return what a province has that says nothing of a weight."""
    module, _, name = weight.set_in.partition(":")
    if name and not module.endswith(".csv"):
        return float(getattr(importlib.import_module(module), name))
    section, _, key = weight.set_in.partition(".")
    settings = Settings.model_fields[section].default
    return float(getattr(settings, key))


@pytest.mark.parametrize("weight", WEIGHTS, ids=lambda weight: weight.wish)
def test_a_weight_is_set_where_the_table_says(weight: Weight) -> None:
    assert weight.sentence.endswith(".")
    if weight.set_in.startswith("vehicles.csv:"):
        assert weight.set_in.partition(":")[2] in {field.name for field in fields(Vehicle)}
    elif weight.set_in:
        assert find_default(weight) == weight.default
    else:
        assert weight.wish == "uses"


def test_every_setting_that_weighs_is_in_the_table() -> None:
    named = {weight.set_in for weight in WEIGHTS}
    for section in ("demand", "rotation", "costs"):
        for key in Settings.model_fields[section].default.__class__.model_fields:
            if "weight" in key or key.startswith(("uneven_", "missed_", "unserved_")):
                assert f"{section}.{key}" in named


def test_a_plan_tells_its_wishes_by_the_names_of_the_table() -> None:
    names = [weight.wish for weight in ROTATION_WEIGHTS]
    assert names == [field.name for field in fields(Score)][:-1]
    assert [name for name, _ in find_rotation(make_problem(), work=0.01)[0].wishes] == names
