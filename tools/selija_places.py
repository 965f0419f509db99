"""Units, libraries and other sites of the Sēlija example.

Names of parishes and towns are real. Where a place comes from no table its coordinates, and all
populations and areas, are rounded estimates from general knowledge.
"""

from dataclasses import dataclass
from typing import Any

from tools.son_la_facts import read_rows

Row = dict[str, Any]

LON_KM = 61.9  # a degree of longitude at 56.2 degrees north
NOTE = "sintētisks"
MUNICIPALITIES = {
    "AI": "Aizkraukles novads",
    "JE": "Jēkabpils novads",
    "AU": "Augšdaugavas novads",
}
DEPOTS = {
    "AI": ("AI-KR", "AI01", "Aizkraukles novada bibliotēkas krātuve"),
    "JE": ("JE-KR", "JE01", "Jēkabpils galvenās bibliotēkas krātuve"),
    "AU": ("AU-KR", "AU01", "Augšdaugavas novada bibliotēku krātuve Ilūkstē"),
}

# Name; longitude, latitude (-: that of GeoNames); people; square kilometres; bank of the Daugava;
# names of its libraries (=: the parish's own).
_UNITS = """
AI01|Aizkraukles pilsēta|Aizkraukle|-|7000|12|R|Aizkraukles novada bibliotēka
AI02|Jaunjelgavas pilsēta|Jaunjelgava|-|1700|8|L|Jaunjelgavas bibliotēka
AI03|Kokneses pilsēta|Koknese|-|2700|10|R|Kokneses bibliotēka
AI04|Pļaviņu pilsēta|Pļaviņas|-|2800|6|R|Pļaviņu bibliotēka
AI05|Aizkraukles pagasts||25.210 56.632|1100|103|R|=
AI06|Aiviekstes pagasts||25.790 56.645|700|178|R|=
AI07|Bebru pagasts||25.460 56.722|1200|136|R|=
AI08|Daudzeses pagasts||25.250 56.490|750|107|L|=
AI09|Iršu pagasts||25.540 56.750|400|81|R|=
AI10|Jaunjelgavas pagasts||25.125 56.590|500|64|L|
AI11|Klintaines pagasts||25.600 56.640|850|158|R|=
AI12|Kokneses pagasts||25.480 56.672|1000|129|R|=
AI13|Kurmenes pagasts||24.930 56.390|600|105|L|=
AI14|Mazzalves pagasts||25.075 56.335|750|154|L|=
AI15|Neretas pagasts|Nereta|-|1400|186|L|=
AI16|Pilskalnes pagasts (Aizkraukles novads)||25.160 56.250|500|128|L|=
AI17|Seces pagasts||25.390 56.545|800|137|L|=
AI18|Sērenes pagasts||25.205 56.580|750|100|L|=
AI19|Skrīveru pagasts|Skrīveri|-|3100|105|R|=
AI20|Staburaga pagasts||25.560 56.590|350|76|L|=
AI21|Sunākstes pagasts||25.410 56.470|500|130|L|=
AI22|Valles pagasts||24.950 56.500|800|148|L|=
AI23|Vietalvas pagasts||25.730 56.735|450|186|R|=
AI24|Zalves pagasts||25.225 56.360|600|157|L|=
JE01|Jēkabpils pilsēta|Jēkabpils|-|20500|26|L|Jēkabpils galvenā bibliotēka
JE02|Aknīstes pilsēta|Aknīste|-|950|3|L|Aknīstes bibliotēka
JE03|Viesītes pilsēta|Viesīte|-|1400|4|L|Viesītes bibliotēka
JE04|Aknīstes pagasts||25.790 56.200|350|78|L|
JE05|Ābeļu pagasts||25.930 56.450|650|180|L|=
JE06|Asares pagasts||25.930 56.130|360|84|L|=
JE07|Atašienes pagasts||26.390 56.530|500|175|R|=
JE08|Dignājas pagasts||26.150 56.345|400|128|L|=
JE09|Dunavas pagasts||26.210 56.285|400|111|L|=
JE10|Elkšņu pagasts||25.650 56.265|280|118|L|=
JE11|Gārsenes pagasts||25.807 56.101|480|68|L|=
JE12|Kalna pagasts||26.010 56.380|380|70|L|=
JE13|Krustpils pagasts|Krustpils|25.900 56.545|800|110|R|=;Krustpils bibliotēka
JE14|Kūku pagasts||26.010 56.525|1400|184|R|=
JE15|Leimaņu pagasts||25.960 56.330|320|90|L|=
JE16|Mežāres pagasts||26.150 56.580|480|118|R|=
JE17|Rites pagasts||25.430 56.190|450|143|L|=;Cīruļu bibliotēka
JE18|Rubenes pagasts||26.020 56.235|600|182|L|=;Kaldabruņas bibliotēka
JE19|Salas pagasts|Sala|-|2600|96|L|=
JE20|Saukas pagasts||25.460 56.295|380|163|L|=;Lones bibliotēka
JE21|Sēlpils pagasts||25.620 56.530|650|147|L|Sēlpils 1. bibliotēka;Sēlpils 2. bibliotēka
JE22|Variešu pagasts||25.930 56.605|560|120|R|=
JE23|Vīpes pagasts||26.160 56.460|450|159|R|=
JE24|Viesītes pagasts||25.590 56.395|480|141|L|
JE25|Zasas pagasts||25.980 56.290|600|110|L|=
AU01|Ilūkstes pilsēta|Ilūkste|-|2000|9|L|Ilūkstes bibliotēka
AU02|Subates pilsēta|Subate|-|580|6|L|Subates bibliotēka
AU03|Ambeļu pagasts||26.830 56.020|420|116|R|=
AU04|Bebrenes pagasts||26.130 56.065|700|115|L|=
AU05|Biķernieku pagasts||26.800 55.950|450|80|R|=
AU06|Demenes pagasts||26.530 55.745|1000|129|L|=
AU07|Dubnas pagasts||26.620 56.035|650|75|R|=
AU08|Dvietes pagasts||26.250 56.050|500|116|L|=
AU09|Eglaines pagasts||26.100 55.975|650|95|L|=
AU10|Kalkūnes pagasts||26.490 55.845|2000|75|L|=
AU11|Kalupes pagasts||26.610 56.105|1000|171|R|=
AU12|Laucesas pagasts||26.570 55.810|1150|55|L|=
AU13|Līksnas pagasts||26.400 55.990|900|117|R|=
AU14|Maļinovas pagasts||26.700 55.985|650|88|R|=
AU15|Medumu pagasts||26.360 55.780|750|101|L|=
AU16|Naujenes pagasts||26.670 55.905|4400|128|R|=
AU17|Nīcgales pagasts||26.370 56.140|600|97|R|=
AU18|Pilskalnes pagasts (Augšdaugavas novads)||26.240 55.920|900|133|L|=
AU19|Prodes pagasts||25.985 56.065|220|68|L|
AU20|Salienas pagasts||26.980 55.870|550|82|L|=
AU21|Skrudalienas pagasts||26.720 55.800|1000|127|L|=;Silenes bibliotēka
AU22|Sventes pagasts||26.360 55.865|850|125|L|=
AU23|Šēderes pagasts||26.120 55.905|620|95|L|=
AU24|Tabores pagasts||26.640 55.850|800|82|L|=
AU25|Vaboles pagasts||26.450 56.045|650|98|R|=
AU26|Vecsalienas pagasts||26.830 55.840|450|75|L|=
AU27|Višķu pagasts||26.790 56.045|1200|86|R|=;Špoģu bibliotēka
"""
# Libraries away from the seat of their unit, longitude and latitude; Krustpils and Silene are
# those of GeoNames.
_ELSEWHERE = {
    "Krustpils bibliotēka": (25.86117, 56.51068),
    "Silenes bibliotēka": (26.78508, 55.75284),
    "Cīruļu bibliotēka": (25.360, 56.215),
    "Kaldabruņas bibliotēka": (26.130, 56.175),
    "Lones bibliotēka": (25.540, 56.250),
    "Sēlpils 2. bibliotēka": (25.690, 56.480),
    "Špoģu bibliotēka": (26.740, 56.070),
}
KNOWN_AS = {
    "Asares pagasts": "Asares bibliotēka",
    "Pilskalnes pagasts (Aizkraukles novads)": "Pilskalnes pagasta bibliotēka (Aizkraukles nov.)",
    "Pilskalnes pagasts (Augšdaugavas novads)": "Pilskalnes pagasta bibliotēka"
    " (Augšdaugavas nov.)",
    **{f"{name} pagasts": f"{name} bibliotēka" for name in ("Dignājas", "Dunavas", "Elkšņu",
                                                            "Salas")},
}  # fmt: skip
_BORDER = "AI14 AI15 AI16 JE02 JE06 JE11 JE17 AU02 AU06 AU09 AU15 AU18 AU19 AU21 AU23"
BORDER = frozenset(_BORDER.split())


@dataclass(frozen=True, slots=True)
class SelijaUnit:
    """A parish or town: what our units of the example are."""

    code: str
    name: str
    lon: float
    lat: float
    seat_source: str
    population: int
    area_km2: float
    bank: str
    libraries: tuple[str, ...]

    @property
    def kind(self) -> str:
        """``pilsēta`` or ``pagasts``."""
        return "pilsēta" if self.name.endswith("pilsēta") else "pagasts"

    @property
    def label(self) -> tuple[float, float]:
        """The point that its outline is drawn around."""
        return self.lon, self.lat


def list_units() -> tuple[SelijaUnit, ...]:
    """Return the units, by code."""
    towns = {row["place"]: row for row in read_rows("selija_geonames_towns.csv")}
    units = []
    for line in _UNITS.strip().splitlines():
        code, name, place, at, people, km2, bank, libraries = line.split("|")
        if at == "-":
            row = towns[place]
            lon, lat = round(float(row["lon"]), 5), round(float(row["lat"]), 5)
            source = f"GeoNames {row['geonameid']} ({place})"
        else:
            lon, lat = (float(part) for part in at.split())
            source = "estimate"
        own = KNOWN_AS.get(name, name.replace("pagasts", "pagasta bibliotēka"))
        named = tuple(own if one == "=" else one for one in libraries.split(";") if one)
        units.append(SelijaUnit(code, name, lon, lat, source, int(people), float(km2), bank, named))
    return tuple(sorted(units, key=lambda unit: unit.code))


HOURS = (
    "Tu-Fr 09:00-17:00; Sa 09:00-13:00", "Mo,We-Fr 09:00-17:00; Tu 10:00-18:00",
    "Mo-Th 08:30-17:00; Fr 08:30-15:00", "Tu,Th 10:00-18:00; We,Fr 09:00-15:00",
)  # fmt: skip
CLIENT_HOURS = ("Mo,We 09:00-12:00; Th 13:00-17:00", "Tu 09:00-12:00; Th 13:00-18:00")
"""When the client centre of the municipality in a library is open, less than the library itself."""

OUTREACH = (
    ("JE-TADENAVA", "Tadenava, Dunavas bibliotēkas ārējais punkts", "JE09", 26.140, 56.245,
     "We 09:00-11:00", "trešdienās 9–11: jgb.lv; vieta aptuvena; pārējais sintētisks"),
    ("JE-LEIMTN", "Leimaņu Tautas nams, bibliotēkas ārējais punkts", "JE15", 25.975, 56.318,
     "Th 10:00-14:00", "reizi nedēļā ar grāmatu somu: jekabpilsnovads.lv (ap 2014. g.);"
     " stundas sintētiskas"),
    ("JE-ANCENE", "Ancene, Asares bibliotēkas ārējais punkts", "JE06", 25.880, 56.155,
     "Tu 10:00-13:00", "līdz 2025. g. grāmatas veda somā: jauns.lv; vieta un stundas sintētiskas"),
)  # fmt: skip
ILGAS = ("AU-ILGAS", "Ilgas muiža", "AU21", 26.765, 55.720)


def build_sites() -> list[Row]:
    """Return the rows of `libraries.csv`: depots, 79 libraries, client centres, outer points."""
    units = {unit.code: unit for unit in list_units()}
    facts = {row["library"]: row for row in read_rows("selija_libraries.csv")}
    rows = [
        site_row(site_id, name, "depot", units[code], hours="Mo-Fr 08:00-18:00")
        for site_id, code, name in DEPOTS.values()
    ]
    number = 0
    for unit in units.values():
        for place, name in enumerate(unit.libraries, 1):
            number += 1
            rows.append(_library(f"{unit.code}-B{place}", name, unit, number, facts.get(name)))
    for row in [row for row in rows if row["kind"] == "commune_library"][1::3]:
        rows.append(_client_centre(row, units[row["commune_code"]], len(rows)))
    for site_id, name, code, lon, lat, hours, note in OUTREACH:
        rows.append(
            site_row(site_id, name, "culture_centre", units[code], at=(lon, lat), hours=hours)
            | {"takes": "session", "enrolled_from": "2024-01-01", "population": 60,
               "sessions_per_month": 2, "session_gap_days": 7, "session_min": 60, "note": note}
        )  # fmt: skip
    site_id, name, code, lon, lat = ILGAS
    rows.append(
        site_row(site_id, name, "lodging", units[code], at=(lon, lat))
        | {"lodging_beds": 40, "note": "darbnīca 2024. g. 1.–3. martā; vieta aptuvena"}
    )
    return sorted(rows, key=lambda row: str(row["site_id"]))


def site_row(
    site_id: str,
    name: str,
    kind: str,
    unit: SelijaUnit,
    *,
    at: tuple[float, float] | None = None,
    hours: str = "",
) -> Row:
    """Return a site that takes nothing."""
    lon, lat = at or (unit.lon, unit.lat)
    return {
        "site_id": site_id, "name": name, "kind": kind, "commune_code": unit.code,
        "lon": lon, "lat": lat, "phone": "", "keyholder": "", "hours": hours, "takes": "none",
        "enrolled_from": "", "enrolled_until": "", "capacity_books": 0, "population": 0,
        "students": 0, "languages": "lv", "audiences": "", "network": "public",
        "lodging_beds": 0, "sessions_per_month": 0, "session_gap_days": 7, "session_min": 0,
        "note": NOTE,
    }  # fmt: skip


def _library(
    site_id: str, name: str, unit: SelijaUnit, number: int, fact: dict[str, str] | None
) -> Row:
    people = round(unit.population / len(unit.libraries))
    takes_batches = unit.kind == "pagasts" and number % 5 != 0
    reads_russian = unit.code.startswith("AU") or unit.code in ("JE01", "JE13")
    return site_row(
        site_id, name, "commune_library", unit, at=_ELSEWHERE.get(name),
        hours=HOURS[number % len(HOURS)],
    ) | {
        "phone": f"+371 650 00 {number:03}",
        "keyholder": "bibliotekāre",
        "takes": "rotation" if takes_batches else "none",
        "enrolled_from": "2024-01-01" if takes_batches else "",
        "capacity_books": 260 if takes_batches else 0,
        "population": people,
        "students": round(people * 0.11),
        "languages": "lv|ru" if reads_russian else "lv",
        "note": _tell(fact) if fact else NOTE,
    }  # fmt: skip


def _tell(fact: dict[str, str]) -> str:
    """Return the published figures of a library, with their year and source."""
    named = (("krājums", "collection"), ("lietotāji", "users"), ("apmeklējumi", "visits"),
             ("izsniegumi", "loans"))  # fmt: skip
    told = ", ".join(f"{word} {fact[key]}" for word, key in named if fact[key])
    return f"{fact['year']}. g.: {told} ({fact['source']}); pārējais sintētisks"


def _client_centre(library: Row, unit: SelijaUnit, number: int) -> Row:
    name = f"Klientu apkalpošanas centrs: {library['name']}"
    at = (library["lon"], library["lat"])
    site_id = str(library["site_id"]).replace("-B", "-K")
    row = site_row(site_id, name, "client_centre", unit, at=at, hours=CLIENT_HOURS[number % 2])
    return row | {
        "phone": library["phone"], "keyholder": "klientu konsultante",
        "population": library["population"], "languages": library["languages"],
    }  # fmt: skip
