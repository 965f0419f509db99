"""Who reads at which kind of site, where its row does not say."""

import csv
from pathlib import Path

import pytest
from village_province import edit_table

from province.ids import SiteId
from province.read import read_province
from rotation.instance.allowed import fits
from rotation.problem import Library


def give_kind(folder: Path, kind: str, audiences: str = "", **cells: str) -> Path:
    """Make TV3 a site of some kind."""
    edit_table(folder / "libraries.csv", {"TV3": {"kind": kind, "audiences": audiences} | cells})
    return folder


@pytest.mark.parametrize(
    ("kind", "audiences"),
    [
        ("border_post", ("adult",)), ("legal_bookcase", ("adult",)), ("client_centre", ("adult",)),
        ("school", ("child", "teen")), ("post_office", ()), ("treatment_site", ()),
    ],
)  # fmt: skip
def test_an_empty_cell_means_those_who_read_there(kind, audiences, small_folder: Path) -> None:
    province = read_province(give_kind(small_folder, kind))
    assert province.site_by_id[SiteId("TV3")].audiences == audiences


def test_the_cell_decides_before_the_settings_and_these_before_the_default(small_folder) -> None:
    settings = small_folder / "province.toml"
    own = '\n[kinds.border_post]\naudiences = ["adult", "teen"]\n'
    settings.write_text(settings.read_text(encoding="utf-8") + own, encoding="utf-8")
    province = read_province(give_kind(small_folder, "border_post"))
    assert province.site_by_id[SiteId("TV3")].audiences == ("adult", "teen")
    assert province.settings.kinds.school.audiences == ("child", "teen")
    province = read_province(give_kind(small_folder, "border_post", "child"))
    assert province.site_by_id[SiteId("TV3")].audiences == ("child",)


def test_no_childrens_batch_goes_to_a_border_post(small_folder: Path) -> None:
    """A batch of which most is for children suits a post office, but no border post."""
    from rotation_cases import make_batch, make_problem

    problem = make_problem()
    tales, farming = make_batch("A", farming=30, tales=40), make_batch("B", farming=40, tales=30)
    for kind, suits in (("border_post", False), ("post_office", True)):
        site = read_province(give_kind(small_folder, kind)).site_by_id[SiteId("TV3")]
        library = Library("TV3", 80, (), site.audiences, "", 0, 3, 0, 1.0)
        assert fits(tales, library, problem) is suits
        assert fits(farming, library, problem)


def list_hints(folder: Path) -> list[tuple[str, str]]:
    return [
        (str(finding.value), str(finding.expected))
        for finding in read_province(folder).warnings
        if finding.column == "audiences"
    ]


def test_check_hints_at_audiences_that_do_not_go_with_the_kind(small_folder: Path) -> None:
    assert list_hints(small_folder) == []
    give_kind(small_folder, "border_post", "child")
    assert list_hints(small_folder) == [("child", "audiences such as adult at a border_post")]


def test_check_hints_at_a_site_that_no_batch_suits(small_folder: Path) -> None:
    with (small_folder / "batches.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    young = next(c for c in rows[0] if c.startswith("books_") and "-child-" in c)
    for row in rows:
        cells = {c: "" for c in row if c.startswith("books_")} | {young: row["books"]}
        edit_table(small_folder / "batches.csv", {row["batch_id"]: cells})
    give_kind(small_folder, "border_post")
    (hint,) = [hint for hint in list_hints(small_folder) if hint[0] == "adult"]
    assert hint[1] == "a batch of which half the books are for these audiences"
