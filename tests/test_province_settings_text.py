"""A number in `province.toml` is changed, and every other letter of the file stays."""

import tomllib
from pathlib import Path

import pytest

from province.errors import InputError
from province.files.settings_text import SETTINGS_NAME, edit_settings

SECTION = "roads.class_factors"
SHIPPED = sorted((Path(__file__).parents[1] / "data").glob(f"*/{SETTINGS_NAME}"))

CASES = [
    # no section of roads at all: a new one at the end
    ("a = 1", {"track": "0.7"}, "a = 1\n\n[roads.class_factors]\ntrack = 0.7\n"),
    # behind the section it belongs to, before the remark of the next one
    (
        "[roads]\nspeed_factor = 1.0 # all\n\n# rain\n[season]\nwet_months = [5]\n",
        {"track": "0.7"},
        "[roads]\nspeed_factor = 1.0 # all\n\n[roads.class_factors]\ntrack = 0.7\n\n# rain\n"
        "[season]\nwet_months = [5]\n",
    ),
    # a value that is there keeps its place and its remark
    (
        '[roads.class_factors] # own\ntrack = 0.5  # "#1"\nnational = 1.1\n',
        {"track": "0.7", "commune": "0.9"},
        '[roads.class_factors] # own\ntrack = 0.7  # "#1"\nnational = 1.1\ncommune = 0.9\n',
    ),
    # a source with a number sign in it is no remark
    (
        '[roads.class_factors]\ntrack = { value = 0.5, source = "report #4" } # old\n',
        {"track": "0.7"},
        "[roads.class_factors]\ntrack = 0.7 # old\n",
    ),
    # nothing behind the key takes the line away; where there is none nothing happens
    (
        "[ roads . class_factors ]\r\ntrack = 0.5\r\nnational = 1\r\n[season]\r\n",
        {"track": "", "urban": ""},
        "[ roads . class_factors ]\r\nnational = 1\r\n[season]\r\n",
    ),
    ("[roads]\nspeed_factor = 1\n", {"track": ""}, "[roads]\nspeed_factor = 1\n"),
    # a key with a point in it stands in quotes, and is found whatever its quotes are
    (
        "[roads.class_factors]\n'ĐT.101' = 0.5\nQL6 = 1\n",
        {'"ĐT.101"': "0.7", '"QL6"': "0.9", '"ĐT.1"': "2"},
        '[roads.class_factors]\n"ĐT.101" = 0.7\n"QL6" = 0.9\n"ĐT.1" = 2\n',
    ),
    ('[roads.class_factors]\n"ĐT.101" = 0.5\nQL6 = 1\n', {'"ĐT.101"': ""},
     "[roads.class_factors]\nQL6 = 1\n"),
    ("[roads]\r\nspeed_factor = 1", {"track": "2"},
     "[roads]\r\nspeed_factor = 1\r\n\r\n[roads.class_factors]\r\ntrack = 2\r\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "values", "after"), CASES)
def test_one_value_is_changed_and_all_else_stays(
    before: str, values: dict[str, str], after: str
) -> None:
    assert edit_settings(before, SECTION, values) == after


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_in_the_shipped_folders_a_value_comes_and_goes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    more = edit_settings(text, SECTION, {"track": "0.7", "motorway": "0.9"})
    before = tomllib.loads(text).get("roads", {}).get("class_factors", {})
    wanted = before | {"track": 0.7, "motorway": 0.9}
    assert tomllib.loads(more)["roads"]["class_factors"] == wanted
    assert set(text.splitlines()) <= set(more.splitlines())
    less = edit_settings(more, SECTION, {"track": "", "motorway": ""})
    assert less.replace("\n[roads.class_factors]\n", "", 1) == text or less == text


@pytest.mark.parametrize(
    "text",
    [
        "[roads]\nclass_factors = { track = 0.5 }\n",
        "[roads]\nclass_factors.track = 0.5\n",
        "roads = { speed_factor = 1 }\n",
        'note = """\n[roads.class_factors]\n"""\n',
        '[roads]\n"class_factors" = {}\n',
    ],
)
def test_what_stands_there_in_another_way_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        edit_settings(text, SECTION, {"track": "0.7"})
    (fault,) = caught.value.findings
    assert (fault.file, fault.column, fault.value) == (SETTINGS_NAME, SECTION, "track")
    assert "track = 0.7" in str(fault.advice.values)
