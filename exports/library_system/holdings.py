"""Writes what stands where as MARCXML: a record a title, a field 952 and 852 a copy."""

import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Container
from datetime import date

from planning.copies import locate_copies, refuse_unknown
from province.facts import Province
from province.ids import BatchId, TitleId

MARC = "http://www.loc.gov/MARC21/slim"
LEADER = "00000nam a2200000 i 4500"
"""A new record of printed text in Unicode. Source: MARC 21 format, leader."""


def make_holdings(
    province: Province, on: date | None, batch_ids: Container[BatchId] | None = None
) -> bytes:
    """Return the records of all titles of batches, with where each copy stands.

    In 952 `$a` and `$b` are the code of the library where it is (home and holding), `$p` the
    barcode, as in Koha; in 852 `$b` is that code and `$p` the barcode, as in MARC 21.

    Parameters
    ----------
    on
        At the end of this day; None: now.
    batch_ids
        Only their copies; None: all.

    Raises
    ------
    InputError
        If there are no barcodes, or a copy stands where the library system knows no library.
    """
    places = locate_copies(province, on)
    copies = [one for one in province.copies if batch_ids is None or one.batch_id in batch_ids]
    refuse_unknown(province, (), {places[copy.barcode] for copy in copies})
    titles = {(one.batch_id, one.title_id): one.title for one in province.titles}
    branches = {site.site_id: site.branch for site in province.sites}
    names: dict[TitleId, str] = {}
    items: defaultdict[TitleId, list[tuple[str, str]]] = defaultdict(list)
    for copy in copies:
        names.setdefault(copy.title_id, titles[copy.batch_id, copy.title_id])
        items[copy.title_id].append((copy.barcode, branches[places[copy.barcode]]))
    ET.register_namespace("", MARC)
    top = ET.Element(f"{{{MARC}}}collection")
    for title_id in sorted(names):
        _add_record(top, title_id, names[title_id], sorted(items[title_id]))
    ET.indent(top)
    text: bytes = ET.tostring(top, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _add_record(top: ET.Element, title_id: str, title: str, items: list[tuple[str, str]]) -> None:
    record = ET.SubElement(top, f"{{{MARC}}}record")
    ET.SubElement(record, f"{{{MARC}}}leader").text = LEADER
    ET.SubElement(record, f"{{{MARC}}}controlfield", {"tag": "001"}).text = title_id
    _add_field(record, "245", "00", {"a": title})
    for barcode, branch in items:
        _add_field(record, "852", "  ", {"b": branch, "p": barcode})
    for barcode, branch in items:
        _add_field(record, "952", "  ", {"a": branch, "b": branch, "p": barcode})


def _add_field(record: ET.Element, tag: str, indicators: str, values: dict[str, str]) -> None:
    about = {"tag": tag, "ind1": indicators[0], "ind2": indicators[1]}
    field = ET.SubElement(record, f"{{{MARC}}}datafield", about)
    for code, value in values.items():
        ET.SubElement(field, f"{{{MARC}}}subfield", {"code": code}).text = value
