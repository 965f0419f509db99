"""Result sheets to record and to damage: the one trip of the small province, all done.

The plan sends B5 to TV1, brings B3 from there to TV2 and B2 from there to TV4, with a kit; then
home. ledger.csv has B1 at TV3, B2 at TV2, B3 at TV1 and the rest at KHO.
"""

import csv
import dataclasses
import io
from pathlib import Path
from typing import Any

from plan_fixture import MONTH, make_plan

from planning.plan import Plan
from province.facts import Province
from province.ids import BatchId, SiteId, TripId
from province.results import PROOF_COLUMNS, RESULT_COLUMNS
from province.visits import Parcel, Task

TRIP = "T01"
GOOD = """\
month,trip_id,sequence,date,site_id,site_name,task,content_id,content_name,outcome,boxes,books,\
boxes_missing,books_missing,books_damaged,uses,readers,arrived,departed,kept_until,km,reason,note,\
settle
2026-12,T01,1,2026-12-01,TV1,Bản Mận,exchange-leave,B5,Lô Lê,done,3,105,,,,,,08:10,,,,,,
2026-12,T01,1,2026-12-01,TV1,Bản Mận,exchange-take,B3,Lô Ban,done,2,70,,,,41,,,09:00,,,,,
2026-12,T01,1,2026-12-01,TV1,Bản Mận,session,,,done,,,,,,12,30,,,,,,đông vui,
2026-12,T01,2,2026-12-01,TV2,Đèo Mây,exchange-leave,B3,Lô Ban,done,2,70,,,,,,,,,,,,
2026-12,T01,2,2026-12-01,TV2,Đèo Mây,exchange-take,B2,Lô Đào,done,2,70,,,1,9,,,,,,,,
2026-12,T01,3,2026-12-02,TV4,Bến Phà,exchange-leave,B2,Lô Đào,done,2,70,,,,,,,,,,,,
2026-12,T01,3,2026-12-02,TV4,Bến Phà,kit,BO1,Áp phích,done,1,,,,,,,,,,,,,
2026-12,T01,,2026-12-02,KHO,Thư viện tỉnh,trip,,,done,,,,,,,,17:20,06:00,,103.6,,,
"""
"""Lines 2 to 9; TV1 has one session."""


def make_trip_plan(province: Province) -> Plan:
    """Return a plan with the one trip that `GOOD` reports."""
    plan = make_plan(province)
    trip = plan.trips.trips[0]
    stops = [
        dataclasses.replace(
            trip.stops[number],
            sequence=number + 1,
            day=MONTH.first_day if number < 2 else MONTH.first_day.replace(day=2),
            site_id=SiteId(site),
            tasks=tasks,
            leaves=tuple(_parcel(province, *parcel) for parcel in leaves),
            takes=tuple(_parcel(province, *parcel) for parcel in takes),
        )
        for number, (site, tasks, leaves, takes) in enumerate(
            (
                ("TV1", (Task.EXCHANGE, Task.SESSION), [("B5", "KHO", "TV1")],
                 [("B3", "TV1", "TV2")]),
                ("TV2", (Task.EXCHANGE,), [("B3", "TV1", "TV2")], [("B2", "TV2", "TV4")]),
                ("TV4", (Task.EXCHANGE, Task.KIT), [("B2", "TV2", "TV4"), ("BO1", "KHO", "TV4")],
                 []),
            )
        )
    ]  # fmt: skip
    trip = dataclasses.replace(trip, trip_id=TripId(TRIP), stops=tuple(stops))
    return dataclasses.replace(plan, trips=dataclasses.replace(plan.trips, trips=(trip,)))


def _parcel(province: Province, content: str, from_site: str, to_site: str) -> Parcel:
    batch = province.batch_by_id.get(BatchId(content))
    books, boxes = (batch.books, batch.boxes) if batch else (0, 1)
    return Parcel(BatchId(content), SiteId(from_site), SiteId(to_site), books, boxes, 30.0)


def read_good() -> list[dict[str, str]]:
    """Return the rows of the good sheet."""
    blank = dict.fromkeys(RESULT_COLUMNS, "")
    return [blank | row for row in csv.DictReader(io.StringIO(GOOD))]


def write_sheet(path: Path, edits: dict[int, dict[str, Any]], *more: dict[str, Any]) -> Path:
    """Write the good sheet with some cells changed; None instead of cells drops a line.

    Parameters
    ----------
    edits
        Cells by line (the heading is line 1) and column.
    more
        Rows to add in the end.
    """
    rows = []
    for line, row in enumerate(read_good(), 2):
        if edits.get(line, {}) is not None:
            rows.append(row | edits.get(line, {}))
    rows += [dict.fromkeys(RESULT_COLUMNS, "") | row for row in more]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, (*RESULT_COLUMNS, *PROOF_COLUMNS), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
