"""Composed batches are tables that the province reads again."""

import csv
import shutil
from dataclasses import replace

import pytest

from exports.tables.composition_csv import write_composition
from planning.compose import compose_for, describe_left_out, group_libraries, share_by_weight
from province.dates import Month
from province.errors import InputError
from province.read import read_province
from province.read.stock import Stock
from province.stock import Absence, StockTitle

DECEMBER = Month(2026, 12)


def stock_of(small, count: int = 40) -> Stock:
    names = [category.category_id for category in small.categories]
    titles = [
        StockTitle(f"n{i:03d}", f"=Title {i}", names[i % len(names)], 6, 400, False, True)
        for i in range(count)
    ]
    return Stock(tuple(titles), 0, ())


def test_composed_batches_are_read_by_the_province_they_are_added_to(small, small_folder, tmp_path):
    found = compose_for(small, stock_of(small, 120), DECEMBER, batches=2)
    target = tmp_path / "lô mới"
    write_composition(small, found, target, language="vi", overwrite=False)
    for name in ("batches.csv", "batch_titles.csv"):
        _append(small_folder / name, target / name)
    province = read_province(small_folder)
    for batch_id, batch in zip(found.batch_ids, found.plan.batches, strict=True):
        read = next(one for one in province.batches if one.batch_id == batch_id)
        assert (read.books, read.boxes) == (sum(batch.copies.values()), len(batch.boxes))
        titles = [title for title in province.titles if title.batch_id == batch_id]
        assert sum(title.copies for title in titles) == read.books


def test_barcodes_of_the_stock_go_with_the_copies(small, small_folder, tmp_path):
    stock = stock_of(small, 120)
    titles = tuple(
        replace(title, barcodes=tuple(f"{title.title_id}-{n}" for n in range(title.copies)))
        for title in stock.titles
    )
    found = compose_for(small, replace(stock, titles=titles), DECEMBER, batches=2)
    write_composition(small, found, tmp_path / "c", language="vi", overwrite=False)
    (small_folder / "batch_copies.csv").write_text("barcode,batch_id,title_id\n", encoding="utf-8")
    for name in ("batches.csv", "batch_titles.csv", "batch_copies.csv"):
        _append(small_folder / name, tmp_path / "c" / name)
    province = read_province(small_folder)
    assert not [one for one in province.warnings if one.file == "batch_copies.csv"]
    assert len(province.copies) == sum(sum(b.copies.values()) for b in found.plan.batches)
    write_composition(small, replace(found, problem=replace(found.problem, titles=stock.titles)),
                      tmp_path / "c", language="vi", overwrite=True)  # fmt: skip
    assert not (tmp_path / "c" / "batch_copies.csv").exists()


def _append(old, new) -> None:
    with old.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with new.open(encoding="utf-8-sig", newline="") as file:
        rows += list(csv.DictReader(file))
    headings = list(dict.fromkeys(key for row in rows for key in row))
    with old.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerows(rows)


def test_boxes_hold_just_the_titles_of_the_batch(small, tmp_path):
    found = compose_for(small, stock_of(small, 120), DECEMBER, batches=2)
    write_composition(small, found, tmp_path / "c", language="en", overwrite=False)
    with (tmp_path / "c" / "boxes.csv").open(encoding="utf-8-sig", newline="") as file:
        boxes = list(csv.DictReader(file))
    for batch_id, batch in zip(found.batch_ids, found.plan.batches, strict=True):
        own = [row for row in boxes if row["batch_id"] == batch_id]
        assert sum(int(row["copies"]) for row in own) == sum(batch.copies.values())
        assert {int(row["box"]) for row in own} == set(range(1, len(batch.boxes) + 1))
    assert all(row["title"].startswith("'=") for row in boxes)


def test_ids_that_batches_have_are_refused(small):
    taken = replace(small.batches[0], batch_id="C01")
    province = replace(small, batches=(taken, *small.batches[1:]))
    with pytest.raises(InputError, match="C01"):
        compose_for(province, stock_of(small, 120), DECEMBER, batches=1)
    assert compose_for(province, stock_of(small, 120), DECEMBER, batches=1, prefix="D")


def test_other_files_in_the_folder_are_never_replaced(small, tmp_path):
    found = compose_for(small, stock_of(small, 120), DECEMBER, batches=1)
    target = tmp_path / "c"
    write_composition(small, found, target, language="en", overwrite=False)
    with pytest.raises(InputError):
        write_composition(small, found, target, language="en", overwrite=False)
    write_composition(small, found, target, language="en", overwrite=True)
    shutil.copy(target / "boxes.csv", target / "mine.csv")
    with pytest.raises(InputError):
        write_composition(small, found, target, language="en", overwrite=True)
    assert (target / "mine.csv").exists()


def test_libraries_with_the_same_wishes_form_a_kind_and_share_the_batches(small):
    kinds = group_libraries(small, DECEMBER, 10)
    sites = [site_id for kind in kinds for site_id in kind.sites]
    assert len(sites) == len(set(sites))
    assert sum(kind.batches for kind in kinds) == 10
    by_id = small.site_by_id
    for kind in kinds:
        wishes = {
            (tuple(sorted(by_id[s].languages)), tuple(sorted(by_id[s].audiences)))
            for s in kind.sites
        }
        assert len(wishes) == 1


def test_shares_by_largest_remainder():
    # 7 · 5/10 = 3.5, 7 · 3/10 = 2.1, 7 · 2/10 = 1.4: 3 + 2 + 1, the last to the largest rest
    assert share_by_weight({"a": 5.0, "b": 3.0, "c": 2.0}, 7) == {"a": 4, "b": 2, "c": 1}
    assert share_by_weight({"a": 0.0}, 7) == {"a": 0}


def test_what_does_not_count_is_said(small):
    stock = replace(
        stock_of(small), absent=((Absence.LOST, 3), (Absence.NOT_FOR_LOAN, 1)), deleted=2
    )
    assert [str(text) for text in describe_left_out(stock)] == [
        "copies that are lost and do not count: 3",
        "copies that are not for loan and do not count: 1",
        "records that are marked as deleted and do not count: 2",
    ]
    assert describe_left_out(stock_of(small)) == ()
