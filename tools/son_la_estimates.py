"""What the Sơn La example assumes from general knowledge where no table was found."""

# Communes on the border with Laos.
_BORDER = "03985 04045 04057 04087 04096 04099 04159 04204 04219 04222 04231 04240 04246"
BORDER_CODES = frozenset(_BORDER.split())

# Seats (lon, lat) whose label point is known to be far off and that no table of towns names.
SEATS = {"04231": (103.600, 20.938), "03703": (103.625, 21.590)}

# Junctions of main roads away from a seat: commune, lon, lat, estimated elevation in metres.
JUNCTIONS: dict[str, tuple[str, float, float, int]] = {
    "J-CONOI": ("04105", 104.172, 21.132, 700),
    "J-DOMCANG": ("04228", 103.606, 20.985, 560),
    "J-LANGCHEU": ("03868", 104.470, 21.352, 1350),
}

# Estimated elevation of each seat in metres, and the languages read there beside Vietnamese
# (b: Thái, h: Mông, m: Mường), the most widespread first.
_SEAT_ESTIMATES = """
03646 620 b    03664 600 b    03670 640 b    03679 680 b    03688 300 b    03694 340 b
03703 280 b    03712 300 b    03721 620 b    03724 850 bh   03727 700 b    03754 560 b
03757 420 b    03760 760 bh   03763 1150 h   03781 1350 h   03784 650 b    03799 700 b
03808 230 b    03814 300 bh   03820 1600 hb  03847 420 b    03850 560 bh   03856 700 bh
03862 1300 h   03868 1500 h   03871 350 bh   03880 320 bh   03892 480 hm   03901 1100 h
03907 480 mb   03910 180 bm   03922 200 mb   03943 430 mb   03958 220 mb   03961 560 mh
03970 200 m    03979 850 b    03980 830 b    03982 950 b    03985 820 bh   03997 780 hm
04000 560 bm   04006 480 mb   04018 620 mb   04033 960 bh   04045 720 hb   04048 900 hb
04057 560 bh   04075 330 b    04078 450 bh   04087 780 b    04096 950 hb   04099 900 b
04105 560 b    04108 480 b    04117 780 b    04123 640 b    04132 650 b    04136 420 bh
04144 1150 hb  04159 760 bh   04168 340 b    04171 480 bh   04183 420 b    04186 650 bh
04195 360 b    04204 380 bh   04210 430 hb   04219 350 b    04222 380 b    04228 600 bh
04231 480 b    04240 620 bh   04246 640 bh
"""
_WORDS = _SEAT_ESTIMATES.split()
_LETTERS = {"b": "blt", "h": "hmn", "m": "mtq"}

ELEVATION_M = {code: int(metres) for code, metres in zip(_WORDS[::3], _WORDS[1::3], strict=True)}
LANGUAGES = {
    code: ("vi", *(_LETTERS[letter] for letter in letters))
    for code, letters in zip(_WORDS[::3], _WORDS[2::3], strict=True)
}

# Passes between two places: estimated elevation of the top and what people call it.
PASSES: dict[tuple[str, str], tuple[int, str]] = {
    ("03664", "03721"): (920, "đèo Sơn La"),
    ("03721", "03724"): (1000, "chân đèo Pha Đin"),
    ("04075", "J-CONOI"): (780, "đèo Chiềng Đông"),
    ("03856", "03868"): (1600, "dốc Tà Xùa"),
    ("03862", "J-LANGCHEU"): (1750, "dốc Háng Chú"),
    ("03907", "END-QL37-DONG"): (880, "đèo Lũng Lô"),
    ("03781", "03784"): (1480, "dốc Co Mạ"),
    ("03808", "03820"): (1750, "dốc Ngọc Chiến"),
    ("04144", "04168"): (1250, "dốc Phiêng Cằm"),
    ("04240", "04231"): (1150, "dốc Mường Lèo"),
    ("03856", "03922"): (620, "đèo Chẹn"),
    ("03754", "03721"): (700, "dốc Chiềng La"),
}

# Ends of roads at the edge of the province: commune, lon, lat, estimated elevation in metres.
ROAD_ENDS: dict[str, tuple[str, float, float, int]] = {
    "END-QL37-DONG": ("03907", 104.790, 21.385, 850),
    "END-QL43-NAM": ("04045", 104.490, 20.775, 780),
    "END-QL279-BAC": ("03694", 103.700, 21.830, 700),
    "END-QL279-NAM": ("03703", 103.555, 21.650, 900),
    "END-QL279D": ("03814", 103.795, 21.700, 560),
    "END-DT102": ("04057", 104.735, 20.640, 700),
}
