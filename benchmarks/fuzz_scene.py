"""Makes the good folder that the fuzzer damages: the small province with all it can have."""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

from exports.tables.result_sheets import draw
from planning.joint.month import plan_month
from planning.plan_file import dump_plan
from planning.record.results import record_results
from province.dates import Month
from province.ledger.chain import SEAL_NAME
from province.ledger.place import LEDGER_NAME
from province.read import read_province
from province.result_sheets.read import read_results

TESTS = Path(__file__).resolve().parent.parent / "tests"
SMALL, PROGRAMME = TESTS / "small", TESTS / "programme"
MONTH = Month(2026, 12)

MORE = {
    "requests.csv": "date,site_id,category_id,books,note\n2026-11-03,TV1,tales-child-vi,12,xin\n",
    "zones.csv": "zone_id,commune_code,from_date,to_date,rule,note\n"
    "Z1,90004,2027-03-01,2027-03-05,gate_drop,diễn tập\n",
    "stock.csv": "title_id,title,copies,shelf_class,language,audience,mass_g,rare,for_rotation\n"
    "n1,Truyện cây khế,5,390.8,vi,child,190,,yes\nn2,Trồng ngô,4,633.1,vi,adult,250,no,\n",
}
"""Tables that the small province does without."""

MARC_XML = """<?xml version="1.0" encoding="UTF-8"?>
<collection xmlns="http://www.loc.gov/MARC21/slim">{records}</collection>
"""
MARC_RECORD = """<record><leader>00000nam a2200000 a 4500</leader>
<controlfield tag="001">{number}</controlfield>
<datafield tag="041" ind1=" " ind2=" "><subfield code="a">vie</subfield></datafield>
<datafield tag="245" ind1=" " ind2=" "><subfield code="a">Truyện số {number}</subfield></datafield>
<datafield tag="952" ind1=" " ind2=" "><subfield code="o">895.9</subfield></datafield></record>
"""


def make_scene(folder: Path) -> Path:
    """Write a good folder with plan and stocks; what only some inputs need lies in `kept`."""
    shutil.copytree(SMALL, folder)
    sites = folder / "libraries.csv"  # with hours long enough for sessions: nothing to warn of
    longer = sites.read_text(encoding="utf-8").replace("Mo-Sa 08:00-11:00", "Mo-Sa 08:00-14:00")
    sites.write_text(longer, encoding="utf-8")
    for name, text in MORE.items():
        (folder / name).write_text(text, encoding="utf-8")
    _add_programme(folder)
    xml = MARC_XML.format(records="".join(MARC_RECORD.format(number=n) for n in range(1, 5)))
    (folder / "stock.xml").write_text(xml, encoding="utf-8")
    _write_marc(folder / "stock.mrc", xml)
    _write_geopackage(folder)
    province = read_province(folder)
    plan = plan_month(province, MONTH, work=0.02, rounds=1, has_fixes=False)
    target = folder / "plans" / str(MONTH) / "plan.json"
    target.parent.mkdir(parents=True)
    target.write_bytes(dump_plan(plan))
    rows: list[list[str]] = []
    for _, data in draw(plan, province, "vi"):
        heading, *more = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        rows += [] if rows else [heading]
        rows += [[cell or ("done" if name == "outcome" else "") for name, cell in
                  zip(heading, row, strict=True)] for row in more]  # fmt: skip
    with (folder / "kept" / "sheet.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    sheet = read_results(folder / "kept" / "sheet.csv", province)
    record_results(province, sheet, {MONTH: plan})
    for name in (LEDGER_NAME, SEAL_NAME):
        (folder / name).rename(folder / "kept" / name)
    return folder


def _add_programme(folder: Path) -> None:
    """Add the tables of a programme and its settings."""
    for path in PROGRAMME.glob("*.csv"):
        shutil.copyfile(path, folder / path.name)
    with (folder / "province.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + (PROGRAMME / "goals.toml").read_text(encoding="utf-8"))


def _write_marc(path: Path, xml: str) -> None:
    import pymarc

    parse: Any = pymarc.parse_xml_to_array
    records = parse(io.BytesIO(xml.encode("utf-8")))
    path.write_bytes(b"".join(record.as_marc() for record in records))


def _write_geopackage(folder: Path) -> None:
    """Write the roads as a GeoPackage where nothing reads it."""
    import geopandas

    top = json.loads((folder / "roads.geojson").read_text(encoding="utf-8"))
    frame = geopandas.GeoDataFrame.from_features(top["features"], crs=4326)
    frame.to_file(folder / "roads.gpkg", layer="roads")
    (folder / "kept").mkdir()
    (folder / "roads.gpkg").rename(folder / "kept" / "roads.gpkg")
