"""CSV: the columns of the format, values in order, and never a formula."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from plan_fixture import make_plan, rename_everything

from exports.tables import schedule_csv, trips_csv, unserved_csv
from exports.tables.table import guard_text, make_table
from province.facts import Province

COLUMNS = {
    schedule_csv: (
        "month,date,batch_id,batch_title,books,boxes,from_site,from_name,to_site,to_name,"
        "trip_id,vehicle_id,stay_months,expected_uses,reason"
    ),
    trips_csv: (
        "trip_id,vehicle_id,date,sequence,site_id,site_name,commune_code,arrive,depart,tasks,"
        "boxes_on,boxes_off,drive_min,drive_km,lon,lat,visit_id,crew_id"
    ),
    unserved_csv: ("visit_id,site_id,site_name,tasks,reason_code,reason,cheapest_fix,fix_cost_vnd"),
}


def read(module, plan, province, language="en") -> list[dict[str, str]]:
    ((_, content),) = module.draw(plan, province, language)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("module", COLUMNS)
def test_columns_are_those_of_the_format(module, small: Province) -> None:
    ((_, content),) = module.draw(make_plan(small), small, "en")
    assert content.startswith(b"\xef\xbb\xbf" + COLUMNS[module].encode() + b"\r\n")


def test_schedule_tells_what_moves_where_and_when(small: Province) -> None:
    plan = make_plan(small)
    rows = read(schedule_csv, plan, small)
    assert len(rows) == len(plan.deliveries)
    first, delivery = rows[0], plan.deliveries[0]
    assert (first["month"], first["date"]) == ("2026-12", "2026-12-01")
    assert first["batch_title"] == small.batch_by_id[delivery.batch_id].name
    assert first["to_name"] == small.site_by_id[delivery.to_site].name
    assert (first["stay_months"], first["expected_uses"]) == ("3", "41.2")
    assert first["reason"] == "92 % of titles unseen"


def test_movements_without_a_trip_come_last(small: Province) -> None:
    plan = make_plan(small)
    late = replace(plan.deliveries[0], day=None, trip_id="", vehicle_id="")
    rows = read(schedule_csv, replace(plan, deliveries=(late, *plan.deliveries[1:])), small)
    assert rows[-1]["batch_id"] == late.batch_id
    assert (rows[-1]["date"], rows[-1]["trip_id"]) == ("", "")


def test_trips_list_stops_in_order_with_loads(small: Province) -> None:
    plan = make_plan(small)
    rows = read(trips_csv, plan, small)
    assert [row["sequence"] for row in rows] == ["1", "2", "3", "4"]
    stop, row = plan.trips.trips[0].stops[0], rows[0]
    assert int(row["boxes_off"]) == sum(parcel.boxes for parcel in stop.leaves) > 0
    assert int(row["boxes_on"]) == sum(parcel.boxes for parcel in stop.takes) > 0
    assert (row["visit_id"], row["crew_id"]) == (stop.visit_id, plan.trips.trips[0].crew_id)
    assert row["drive_km"] == f"{stop.leg.length_m / 1000:.1f}"
    assert float(row["lon"]) == pytest.approx(small.site_by_id[stop.site_id].lon, abs=1e-5)


def test_unserved_says_why_and_what_would_help(small: Province) -> None:
    (row,) = read(unserved_csv, make_plan(small), small)
    assert row["reason_code"] == "road_closed"
    assert "is shut until 2026-12-31" in row["reason"]
    assert (row["cheapest_fix"], row["fix_cost_vnd"]) == ("use vehicle XE3 instead", "1250000")


def test_numbers_stay_numbers_and_days_are_iso() -> None:
    table = make_table(("a",) * 5, [(-3, -2.25, date(2026, 12, 1), None, "x")])
    assert table.decode("utf-8-sig").splitlines()[1] == "-3,-2.2,2026-12-01,,x"


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠"))
@pytest.mark.parametrize("before", ["", " ", "\t", "\r\n", "\u2028"])
def test_text_never_begins_a_formula(sign: str, before: str) -> None:
    assert guard_text(f"{before}{sign}1+1") == f"'{sign}1+1"


def test_text_behind_a_semicolon_never_begins_a_formula() -> None:
    assert guard_text('a; =HYPERLINK("x")') == 'a;\' =HYPERLINK("x")'
    assert guard_text("QL6; ĐT.108") == "QL6; ĐT.108"


@pytest.mark.parametrize("module", COLUMNS)
def test_hostile_names_make_no_formula_and_no_row(module, small: Province) -> None:
    hostile = rename_everything(small, '\t=HYPERLINK("http://x")\r\n@SUM(1;=2)')
    plan = make_plan(hostile)
    rows = read(module, plan, hostile)
    assert len(rows) == len(read(module, make_plan(small), small))
    for cell in (cell for row in rows for cell in row.values()):
        assert not cell.startswith(("=", "+", "@", "\t", "\r"))
        assert ";=" not in cell
        assert "\n" not in cell
