"""Makes the programme of the Sēlija example: the project of 2024, its courses, kits and money.

The days of the training, the workshop at Ilgas and the sum of 11,000 € until 31 October 2024 are
those of the project "Sēlijas salas"; all other figures are invented, and every row says so.
"""

from datetime import date
from typing import Any

import numpy as np

from tools.selija_places import DEPOTS, ILGAS, MUNICIPALITIES, NOTE, SelijaUnit

Row = dict[str, Any]

FUND = "SS2024"
REAL_DAYS = "datumi no projekta „Sēlijas salas”, pārējais sintētisks"
LAST_WEDNESDAYS = "FREQ=MONTHLY;BYDAY=-1WE"


def table(heading: str, *lines: str) -> list[Row]:
    """Return rows of cells separated by ``|``; what is separated by ``/`` in a cell is a list."""
    names = heading.split(",")
    lists = ("charges", "gives", "skills")
    rows = [dict(zip(names, line.split("|"), strict=True)) for line in lines]
    return [
        {name: cell.replace("/", "|") if name in lists else cell for name, cell in row.items()}
        for row in rows
    ]


COURSES = table(
    "course_id,name,rule,start_date,days,until,site_id,online,seats,hours,for_whom,trainer,cost,"
    "fund_id,note",
    f"SS-TIESS|Bibliotēka – pilsoniskās līdzdalības atbalsta punkts|{LAST_WEDNESDAYS}|2024-01-31||"
    f"2024-04-30||yes|85|3|bibliotekāri|projekta pasniedzēji|180.00|{FUND}|{REAL_DAYS}",
    f"SS-ILGAS|Darbnīca Ilgas muižā||2024-03-01|3||{ILGAS[0]}|no|40|20|bibliotekāri|"
    f"projekta pasniedzēji|3850.50|{FUND}|{REAL_DAYS}",
    "SS-FORUMS|Sēlijas bibliotēku forums||2024-09-20|1||JE-KR|no|120|6|"
    f"bibliotekāri, pašvaldības, iedzīvotāji|biedrība|2480.00|{FUND}|"
    "septembrī pēc projekta; diena un pārējais sintētisks",
)

CALENDAR = table(
    "entry_id,kind,name,rule,start_date,days,until,commune_code,site_id,effect,note",
    f"SS-TIESS|programme|Tiešsaistes apmācība|{LAST_WEDNESDAYS}|2024-01-31||2024-04-30|||note|"
    "datumi no projekta",
    "SS-ILGAS|programme|Darbnīca Ilgas muižā||2024-03-01|3||||note|datumi no projekta",
    "SS-FORUMS|event|Sēlijas bibliotēku forums||2024-09-20|||||note|septembrī; diena sintētiska",
    "BN-2024|programme|Bibliotēku nedēļa||2024-04-22|7||||note|sintētisks",
    "PL-1006|holiday|Pārceltā darba diena||2024-12-23|||||closed|pieņēmums",
    "GR-23|programme|Pasaules grāmatu diena|FREQ=YEARLY|2024-04-23||2026-12-31|||note|",
)

FUNDS = table(
    "fund_id,name,amount,currency,from_date,until,purpose,charges,source,note",
    f"{FUND}|Projekts „Sēlijas salas”|11000.00|EUR|2024-01-01|2024-10-31|"
    "bibliotēkas kā pilsoniskās līdzdalības atbalsta punkti|training/kit/trip/promotion|"
    "projekta apraksts|summa un termiņš no projekta; ko drīkst segt: pieņēmums",
)

EXPENSES = table(
    "expense_id,date,amount,fund_id,purpose,note",
    *(
        f"IZ{number:02}|{day}|{amount}|{FUND}|{purpose}|{NOTE}"
        for number, (day, amount, purpose) in enumerate(
            (
                ("2024-01-31", "180.00", "training"), ("2024-02-28", "180.00", "training"),
                ("2024-03-03", "3850.50", "training"), ("2024-03-27", "180.00", "training"),
                ("2024-03-28", "61.40", "trip"), ("2024-04-24", "180.00", "training"),
                ("2024-04-25", "640.25", "promotion"), ("2024-04-29", "74.85", "trip"),
                ("2024-04-30", "84.90", "kit"),
            ), 1
        )
    ),
)  # fmt: skip

PARTNERS = table(
    "partner_id,name,kind,gives,commune_code,from_date,until,contact,note",
    *(
        f"P-{code}|{name}|other|people/vehicle/room||2024-01-01|2024-12-31||{NOTE}"
        for code, name in MUNICIPALITIES.items()
    ),
    f"P-ILGAS|Ilgas muiža|other|room|{ILGAS[2]}|2024-03-01|2024-03-03||{NOTE}",
    f"P-SS|Biedrība|association|people/money||2024-01-01|2024-10-31||{NOTE}",
)


def build_kits(sites: list[Row]) -> list[Row]:
    """Return posters for every library after the training, and the monthly bulletin.

    The bulletin goes on paper to the client centres, to all others by e-mail.
    """
    rows = []
    for site in sites:
        if site["kind"] == "commune_library":
            name = "Plakāts „Bibliotēka – atbalsta punkts”"
            rows.append(_kit("PL", site, name, "2024-04-25", "2024-05-31", 1.2))
    for month in range(5, 11):
        last = date(2024, month + 1, 1).toordinal() - 1
        for site in sites:
            if site["kind"] == "client_centre":
                name = f"Biļetens „Sēlijas salas”, 2024/{month:02}"
                due = date.fromordinal(last).isoformat()
                rows.append(_kit(f"B{month:02}", site, name, f"2024-{month:02}-02", due, 0.4))
    return rows


def _kit(series: str, site: Row, name: str, ready: str, due: str, mass_kg: float) -> Row:
    return {
        "kit_id": f"{series}-{site['site_id']}", "name": name, "site_id": site["site_id"],
        "boxes": 1, "mass_kg": mass_kg, "ready_date": ready, "due_date": due, "note": NOTE,
        "depot_id": DEPOTS[str(site["commune_code"])[:2]][0],
    }  # fmt: skip


TRAINED = (
    (date(2024, 2, 28), "SS-TIESS"), (date(2024, 3, 3), "SS-ILGAS"), (date(2024, 3, 27),
    "SS-TIESS"), (date(2024, 4, 24), "SS-TIESS"),
)  # fmt: skip


def build_staff(sites: list[Row]) -> list[Row]:
    """Return a librarian of each library, two in towns; three of four are trained by April."""
    rows = []
    libraries = [site for site in sites if site["kind"] == "commune_library"]
    for number, site in enumerate(libraries):
        day, course = TRAINED[number % 4]
        is_trained = number % 8 not in (3, 6)
        rows.append(
            {
                "staff_id": f"D{number + 1:02}", "site_id": site["site_id"],
                "people": 2 if int(site["population"]) > 1500 else 1,
                "from_date": "", "until": "", "trained": int(is_trained),
                "trained_date": day.isoformat() if is_trained else "",
                "course_id": course if is_trained else "", "note": NOTE,
            }
        )  # fmt: skip
    return rows


CRITERIA = ("kac", "apmaciba", "plakats", "pasakums")


def build_models(units: tuple[SelijaUnit, ...], sites: list[Row]) -> list[Row]:
    """Return invented support points: a library with its client centre, in every fourth unit."""
    rows = []
    centres = [site for site in sites if site["kind"] == "client_centre"]
    names = {unit.code: unit.name for unit in units}
    for number, centre in enumerate(centres[::2], 1):
        code = str(centre["commune_code"])
        library = str(centre["site_id"]).replace("-K", "-B")
        day = f"2024-04-{number + 10:02}"
        rows.append(
            {
                "model_id": f"AP{number:02}", "commune_code": code,
                "name": f"Atbalsta punkts, {names[code]}", "kind": "combined",
                "sites": f"{library}|{centre['site_id']}", "established": day, "closed": "",
                "managed_by": MUNICIPALITIES[code[:2]],
                "criteria": "|".join(f"{name}:{day}" for name in CRITERIA[:2]),
                "source": "", "note": NOTE,
            }
        )  # fmt: skip
    return rows


def build_activities(sites: list[Row]) -> list[Row]:
    """Return invented activities of the libraries, January to April 2024."""
    rng = np.random.default_rng(2024)
    rows = []
    for site in sites:
        if site["kind"] != "commune_library":
            continue
        for day, form, share in (
            ("2024-01-31", "online", 0.5), ("2024-02-28", "online", 0.5),
            ("2024-03-27", "online", 0.6), ("2024-04-23", "promotion", 0.55),
        ):  # fmt: skip
            if rng.random() < share:
                people = int(rng.integers(5, 30))
                rows.append(
                    {"activity_id": "", "date": day, "site_id": site["site_id"], "form": form,
                     "people": people, "source": "", "note": NOTE}
                )  # fmt: skip
    rows.sort(key=lambda row: (row["date"], row["site_id"]))
    for number, row in enumerate(rows, 1):
        row["activity_id"] = f"A{number:03}"
    return rows


PROGRAMME_SETTINGS = """\
[targets]
counts_wards = true
ward_kinds = ["pilsēta"]
since = 2024-01-01
points_needed = 60  # pieņēmums
library_kinds = ["commune_library"]

[[goals]]
id = "atbalsta-punkti"
name = "Pagasti un pilsētas ar pilsoniskās līdzdalības atbalsta punktu"
counts = "models"
by = { "2024" = 30, "2026" = 60 }
unit_cost_vnd = 150.00  # pieņēmums
source = "pieņēmums"

[[goals]]
id = "bibliotekas"
name = "Bibliotēkas, kas darbojas tiešsaistē un veicina līdzdalību"
counts = "libraries"
forms = ["online", "promotion"]
by = { "2024" = 50, "2026" = 80 }
unit_cost_vnd = 45.00  # pieņēmums
source = "pieņēmums"

[[goals]]
id = "apmaciti"
name = "Apmācīti bibliotekāri"
counts = "staff"
by = { "2024" = 80, "2026" = 95 }
unit_cost_vnd = 38.50  # pieņēmums
source = "pieņēmums"

[[criteria]]
id = "kac"
name = "Bibliotēkā darbojas klientu apkalpošanas centrs"
weight = 30
source = "pieņēmums"

[[criteria]]
id = "apmaciba"
name = "Bibliotekārs ir apmācīts"
weight = 30
source = "pieņēmums"

[[criteria]]
id = "plakats"
name = "Izlikts plakāts"
weight = 10
source = "pieņēmums"

[[criteria]]
id = "pasakums"
name = "Noticis līdzdalības pasākums"
weight = 30
source = "pieņēmums"

[[reports]]
id = "projekts"
name = "Projekta noslēguma pārskats"
month = 11
day = 30
source = "pieņēmums"

"""
