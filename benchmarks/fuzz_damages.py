"""Damages one file of a province folder, and says what a reader must make of it."""

import csv
import io
import json
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.fuzz_values import damage_json, flip_bytes, list_bad_values
from province.ledger.chain import SEAL_NAME
from province.read import TABLES
from province.results import RESULT_COLUMNS

Must = Literal["find", "same", "count", ""]
"""What is asked beside that nothing fails: a finding, the same facts, no row lost, or nothing."""

OPTIONAL_IDS = frozenset({"handover_site", "pinned_site", "trip_id", "voids"})


@dataclass(frozen=True, slots=True)
class Damage:
    """What was done to which file, and what must be seen of it."""

    file: str
    what: str
    must: Must


def _write(path: Path, rows: list[list[str]], separator: str = ",") -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")


def _read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _choose_table(rng: random.Random, folder: Path) -> Path:
    return rng.choice([folder / name for name in TABLES if (folder / name).exists()])


def damage_cell(rng: random.Random, folder: Path) -> Damage:
    """Put what cannot stand there into one cell."""
    while True:
        path = _choose_table(rng, folder)
        rows = _read(path)
        column = rng.choice(rows[0])
        model = TABLES[path.name].row
        if column.startswith("books_"):
            bad: tuple[str, ...] = ("abc", "-1", "1e999", "1.5", "#N/A", "true", "9" * 400)
        elif column in model.model_fields and len(rows) > 1:
            bad = list_bad_values(model, column, has_open_text=True)
        else:
            continue
        if bad and len(rows) > 1:
            break
    row = rng.randrange(1, len(rows))
    value = rng.choice(bad)
    rows[row][rows[0].index(column)] = value
    _write(path, rows)
    return Damage(path.name, f"{path.name}:{row + 1} {column}={value[:40]!r}", "find")


def damage_shape(rng: random.Random, folder: Path) -> Damage:
    """Break the shape of a table: quotes, short and long rows, headings, ids that stand twice."""
    path = _choose_table(rng, folder)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    way = rng.choice(("quote", "inner quote", "short", "long", "twice", "heading", "nul"))
    place = rng.randrange(1, len(lines)) if len(lines) > 1 else 0
    if way == "quote":
        cells = lines[place].split(",")
        number = rng.randrange(len(cells))
        lines[place] = ",".join([*cells[:number], '"' + cells[number], *cells[number + 1 :]])
        must: Must = "find" if lines[place].count('"') % 2 else "count"
    elif way == "inner quote":
        lines[place] = re.sub(r"(\w),", r'"\1"x,', lines[place], count=1)
        must = "count"
    elif way == "short" and "," in lines[place]:
        lines[place] = lines[place].rsplit(",", rng.randint(1, lines[place].count(",")))[0]
        must = "find" if lines[place].strip(",") and lines[place].count('"') % 2 == 0 else ""
    elif way == "long":
        lines[place] += ",x"
        must = "find"
    elif way == "twice":
        lines.append(lines[place])
        must = "find" if TABLES[path.name].ids and place else ""
    elif way == "heading":
        head = lines[0].split(",")
        head[rng.randrange(len(head))] = rng.choice(("", "x", head[0], "\u202e", "#REF!"))
        lines[0], must = ",".join(head), ""
    else:
        lines[place] = lines[place][:3] + "\0" + lines[place][3:]
        must = "find"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    return Damage(path.name, f"{path.name}:{place + 1} {way}", must)


def save_otherwise(rng: random.Random, folder: Path) -> Damage:
    """Save a table as other programs do; its facts stay the same."""
    path = _choose_table(rng, folder)
    rows = _read(path)
    way = rng.choice(("mark", "semicolon", "tab", "sep", "columns", "quotes", "blank", "xlsx"))
    if way == "columns":
        order = list(range(len(rows[0])))
        rng.shuffle(order)
        _write(path, [[row[place] for place in order] for row in rows])
    elif way in ("semicolon", "tab", "sep"):
        _write(path, rows, "\t" if way == "tab" else ";")
        if way == "sep":
            path.write_bytes(b"sep=;\r\n" + path.read_bytes())
    elif way == "quotes":
        text = io.StringIO(newline="")
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
    elif way == "blank":
        _write(path, [*rows, [""] * len(rows[0]), []])
    elif way == "xlsx":
        path.unlink()
        write_workbook(path.with_suffix(".xlsx"), rows)
    if way == "mark" or (way != "xlsx" and rng.random() < 0.5):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    return Damage(path.name, f"{path.name} saved with {way}", "same")


def write_workbook(path: Path, rows: list[list[Any]]) -> None:
    """Write rows as a workbook of texts."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append([cell or None for cell in row])
    book.save(path)


def damage_workbook(rng: random.Random, folder: Path) -> Damage:
    """Save a table as a workbook and damage it: stray cells, merged ranges, cells, bytes."""
    import openpyxl

    path = _choose_table(rng, folder)
    rows = _read(path)
    path.unlink()
    target = path.with_suffix(".xlsx")
    write_workbook(target, rows)
    way = rng.choice(("bytes", "bytes", "stray", "merged", "error", "formula", "sheets", "part"))
    if way == "bytes":
        target.write_bytes(flip_bytes(rng, target.read_bytes()))
        return Damage(target.name, f"{target.name} bytes", "")
    if way == "part":
        _damage_part(rng, target)
        return Damage(target.name, f"{target.name} part", "")
    book = openpyxl.load_workbook(target)
    sheet = book.active
    if way == "stray":
        sheet[rng.choice(("XFD1000", "XFD1", "ZZ3", "B1048576"))] = rng.choice((" ", "x"))
    elif way == "merged":
        sheet.merge_cells(rng.choice(("A2:B3", "A1:A9", "B2:XFD20")))
    elif way == "error":
        sheet.cell(min(2, sheet.max_row), 1).value = rng.choice(("#N/A", "#REF!", "#DIV/0!"))
    elif way == "formula":
        sheet.cell(min(2, sheet.max_row), 1).value = "=1/0"
    else:
        copy = book.copy_worksheet(sheet)
        copy.title = "copy"
    book.save(target)
    return Damage(target.name, f"{target.name} {way}", "find")


def _damage_part(rng: random.Random, target: Path) -> None:
    import zipfile

    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(parts))
    parts[name] = flip_bytes(rng, parts[name])
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)


def damage_bytes(rng: random.Random, folder: Path) -> Damage:
    """Damage bytes of any table, map or setting."""
    names = [*TABLES, "province.toml", "roads.geojson", "communes.geojson", "stock.csv"]
    path = rng.choice([folder / name for name in names if (folder / name).exists()])
    path.write_bytes(flip_bytes(rng, path.read_bytes()))
    return Damage(path.name, f"{path.name} bytes", "")


def damage_one_bit(rng: random.Random, folder: Path) -> Damage:
    """Flip one bit of a table: no row may get lost without a word."""
    path = _choose_table(rng, folder)
    data = bytearray(path.read_bytes())
    start = data.index(b"\n") + 1
    place = rng.randrange(start, len(data)) if start < len(data) else 0
    data[place] ^= 1 << rng.randrange(8)
    path.write_bytes(bytes(data))
    return Damage(path.name, f"{path.name} bit at {place}", "count")


SETTING = re.compile(r"^(\w+) = (.*)$", re.MULTILINE)


def damage_settings(rng: random.Random, folder: Path) -> Damage:
    """Put an impossible value, or impossible TOML, into the settings."""
    path = folder / "province.toml"
    text = path.read_text(encoding="utf-8")
    found = rng.choice(list(SETTING.finditer(text)))
    is_number = re.match(r"-?[0-9]|\{ value = [0-9]", found[2]) is not None
    bad: tuple[str, ...] = (
        "[[[1]]]", "{a = {b = 1}}", "1979-05-27", "[" * 3000 + "]" * 3000, '"\\u0000"',
        '"\\u202ex"', "07:30:00",
    )  # fmt: skip
    if is_number:
        bad += (
            "true",
            "-1",
            "1e308",
            "nan",
            "inf",
            '"x"',
            "9" * 300,
            "9" * 5000,
            "[]",
            "{}",
            "99999999",
        )
    value = rng.choice(bad)
    changed = text[: found.start(2)] + value + text[found.end(2) :]
    path.write_text(changed, encoding="utf-8")
    return Damage(path.name, f"{found[1]} = {value[:40]}", "find")


def damage_map(rng: random.Random, folder: Path) -> Damage:
    """Damage one value of a map."""
    path = folder / rng.choice(("roads.geojson", "communes.geojson"))
    path.write_text(damage_json(rng, path.read_text(encoding="utf-8")), encoding="utf-8")
    return Damage(path.name, f"{path.name} value", "")


def damage_geopackage(rng: random.Random, folder: Path) -> Damage:
    """Damage bytes of the roads as a GeoPackage."""
    path = folder / "roads.gpkg"
    path.write_bytes(flip_bytes(rng, (folder / "kept" / "roads.gpkg").read_bytes()))
    return Damage(path.name, "roads.gpkg bytes", "")


def damage_plan(rng: random.Random, folder: Path) -> Damage:
    """Damage one value, or bytes, of plan.json."""
    path = next(folder.glob("plans/*/plan.json"))
    if rng.random() < 0.3:
        path.write_bytes(flip_bytes(rng, path.read_bytes()))
    else:
        path.write_text(damage_json(rng, path.read_text(encoding="utf-8")), encoding="utf-8")
    return Damage(path.name, "plan.json", "")


def damage_ledger(rng: random.Random, folder: Path) -> Damage:
    """Damage bytes of the ledger."""
    path = folder / "ledger.sqlite"
    path.write_bytes(flip_bytes(rng, (folder / "kept" / path.name).read_bytes()))
    shutil.copyfile(folder / "kept" / SEAL_NAME, folder / SEAL_NAME)
    return Damage(path.name, "ledger.sqlite bytes", "")


NUMBERS_OF_SHEETS = ("boxes", "books", "books_missing", "boxes_missing", "uses", "readers", "km")


def damage_sheet(rng: random.Random, folder: Path) -> Damage:
    """Damage a result sheet: CSV, XLSX or JSON."""
    path = folder / "kept" / "sheet.csv"
    rows = _read(path)
    kind = rng.choice(("cell", "cell", "bytes", "bit", "quote", "xlsx", "json"))
    if kind == "cell":
        column = rng.choice((*NUMBERS_OF_SHEETS, "date", "task", "outcome", "site_id", "month"))
        value = rng.choice(("abc", "#N/A", "9.78604E+12", "1e999", "\u202ex", "-1.5", "9" * 400))
        rows[rng.randrange(1, len(rows))][RESULT_COLUMNS.index(column)] = value
        _write(path, rows)
        return Damage(path.name, f"{column}={value[:20]!r}", "find")
    if kind == "quote":
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        lines[1] = lines[1].rsplit(",", 1)[0] + ',"x'
        path.write_text("\n".join(lines), encoding="utf-8")
        return Damage(path.name, "unclosed quote", "find")
    if kind in ("xlsx", "json"):
        path.unlink()
        path = path.with_suffix(f".{kind}")
        if kind == "xlsx":
            write_workbook(path, rows)
            rng.choice((_damage_part, _flip_file))(rng, path)
        else:
            named = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
            text = json.dumps(named, ensure_ascii=False, indent=1)
            path.write_text(damage_json(rng, text), encoding="utf-8")
        return Damage(path.name, kind, "")
    if kind == "bit":
        data = bytearray(path.read_bytes())
        place = rng.randrange(data.index(b"\n") + 1, len(data))
        data[place] ^= 1 << rng.randrange(8)
        path.write_bytes(bytes(data))
        return Damage(path.name, f"bit at {place}", "count")
    _flip_file(rng, path)
    return Damage(path.name, "bytes", "")


def _flip_file(rng: random.Random, path: Path) -> None:
    path.write_bytes(flip_bytes(rng, path.read_bytes()))


def damage_stock(rng: random.Random, folder: Path) -> Damage:
    """Damage a stock: a table, MARC21 or MARCXML."""
    name = rng.choice(("stock.csv", "stock.mrc", "stock.xml"))
    _flip_file(rng, folder / name)
    return Damage(name, f"{name} bytes", "")


DAMAGES: dict[str, Callable[[random.Random, Path], Damage]] = {
    "cell": damage_cell,
    "shape": damage_shape,
    "saved": save_otherwise,
    "workbook": damage_workbook,
    "bytes": damage_bytes,
    "bit": damage_one_bit,
    "settings": damage_settings,
    "map": damage_map,
    "geopackage": damage_geopackage,
    "sheet": damage_sheet,
    "stock": damage_stock,
    "plan": damage_plan,
    "ledger": damage_ledger,
}
"""The kinds of damage, by the word that `--only` takes."""
