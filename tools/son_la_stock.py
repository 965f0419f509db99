"""Makes the synthetic rotation stock of Sơn La: batches, titles, two years of moves and loans."""

import itertools
from datetime import date, timedelta
from typing import Any

import numpy as np

Row = dict[str, Any]

CATEGORIES = (
    ("children-child-vi", "children", "child", "vi", "Thiếu nhi"),
    ("children-child-blt", "children", "child", "blt", "Thiếu nhi tiếng Thái"),
    ("culture-adult-blt", "culture", "adult", "blt", "Văn hóa Thái"),
    ("culture-adult-hmn", "culture", "adult", "hmn", "Văn hóa Mông"),
    ("farming-adult-vi", "farming", "adult", "vi", "Nông nghiệp"),
    ("fiction-adult-vi", "fiction", "adult", "vi", "Văn học"),
    ("fiction-teen-vi", "fiction", "teen", "vi", "Truyện tuổi mới lớn"),
    ("health-adult-vi", "health", "adult", "vi", "Sức khỏe"),
    ("history-adult-vi", "history", "adult", "vi", "Lịch sử – địa chí"),
    ("law-adult-vi", "law", "adult", "vi", "Pháp luật"),
    ("science-teen-vi", "science", "teen", "vi", "Khoa học thường thức"),
    ("study-teen-vi", "study", "teen", "vi", "Học tập"),
)
MIXES = {
    "general": (
        "Tổng hợp",
        {
            "children-child-vi": 24,
            "fiction-adult-vi": 20,
            "fiction-teen-vi": 12,
            "farming-adult-vi": 14,
            "health-adult-vi": 9,
            "history-adult-vi": 8,
            "science-teen-vi": 8,
            "law-adult-vi": 5,
        },
    ),
    "young": (
        "Thiếu nhi & học tập",
        {
            "children-child-vi": 46,
            "fiction-teen-vi": 22,
            "science-teen-vi": 16,
            "study-teen-vi": 16,
        },
    ),
    "living": (
        "Nông nghiệp & đời sống",
        {
            "farming-adult-vi": 42,
            "health-adult-vi": 22,
            "fiction-adult-vi": 18,
            "children-child-vi": 18,
        },
    ),
    "thai": (
        "Song ngữ Thái – Việt",
        {
            "culture-adult-blt": 30,
            "children-child-blt": 24,
            "children-child-vi": 22,
            "farming-adult-vi": 24,
        },
    ),
    "hmong": (
        "Song ngữ Mông – Việt",
        {"culture-adult-hmn": 42, "children-child-vi": 32, "farming-adult-vi": 26},
    ),
    "law": ("Pháp luật & lịch sử", {"law-adult-vi": 72, "history-adult-vi": 28}),
}
PLAN = (
    ["general"] * 29 + ["young"] * 13 + ["living"] * 8 + ["thai"] * 7 + ["hmong"] * 5 + ["law"] * 4
)
WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "children": (
        ("Truyện", "Kể chuyện", "Bé học cùng", "Cổ tích"),
        ("chú voi con", "cây khế", "mùa ban nở", "bạn gấu", "trăng rằm", "suối reo"),
    ),
    "culture": (
        ("Dân ca", "Truyện thơ", "Lễ hội", "Tục ngữ", "Chữ viết"),
        ("bản mường", "mùa xuân", "nhà sàn", "khèn núi", "dệt thổ cẩm", "gùi ngô"),
    ),
    "farming": (
        ("Kỹ thuật trồng", "Chăm sóc", "Phòng bệnh cho", "Làm giàu từ"),
        ("cà phê", "mận hậu", "xoài", "chè shan", "trâu bò", "ngô lai", "sơn tra"),
    ),
    "fiction": (
        ("Tiểu thuyết", "Truyện ngắn", "Hồi ký", "Chuyện"),
        ("miền Tây Bắc", "dòng sông Đà", "cao nguyên", "người lính", "mùa lũ", "phiên chợ"),
    ),
    "health": (
        ("Sổ tay", "Hỏi đáp", "Phòng bệnh"),
        ("dinh dưỡng", "mẹ và bé", "cây thuốc Nam", "sốt rét", "người cao tuổi"),
    ),
    "history": (
        ("Lịch sử", "Di tích", "Nhân vật"),
        ("nhà tù Sơn La", "Tây Bắc", "đường số 6", "kháng chiến", "đất Mường"),
    ),
    "law": (
        ("Hỏi đáp", "Luật", "Sổ tay"),
        ("đất đai", "hôn nhân và gia đình", "giao thông", "bảo vệ rừng", "hộ tịch"),
    ),
    "science": (
        ("Vì sao", "Khám phá", "Thí nghiệm về"),
        ("bầu trời", "núi lửa", "cơ thể", "máy tính", "động vật", "dòng điện"),
    ),
    "study": (
        ("Học tốt", "Bài tập", "Ôn luyện"),
        ("Toán", "Ngữ văn", "Tiếng Anh", "Vật lý", "Hóa học"),
    ),
}


def build_batches(rng: np.random.Generator, pinned_site: str) -> list[Row]:
    """Return the rows of `batches.csv`: 66 batches of 320 to 380 books, about 23,000 copies."""
    rows = []
    for number, kind in enumerate(PLAN, 1):
        title, mix = MIXES[kind]
        books = int(rng.integers(322, 378))
        shares = rng.dirichlet([v * 2.0 for v in mix.values()])
        counts = np.floor(shares * books).astype(int)
        counts[int(np.argmax(counts))] += books - int(counts.sum())
        boxes = -(-books // 35)
        owner, networks = "Thư viện tỉnh", ""
        if kind == "law":
            owner, networks = "Sở Tư pháp", "legal"
        elif number in (27, 28):
            owner, networks = "Bộ đội Biên phòng tỉnh", "border|public"
        row: Row = {
            "batch_id": f"L{number:02d}",
            "name": f"Lô {number:02d} – {title}",
            "books": books,
            "boxes": boxes,
            "mass_kg": round(boxes * 1.2 + books * 0.4, 1),
        }
        amounts = dict(zip(mix, counts, strict=True))
        for category, *_ in CATEGORIES:
            row[f"books_{category}"] = int(amounts.get(category, 0)) or ""
        row |= {
            "owner": owner,
            "networks": networks,
            "condition": "repair"
            if number in (9, 41)
            else ("worn" if number % 11 == 0 else "good"),
            "depot_id": "SL-KHO",
            "min_stay_months": 1,
            "max_stay_months": 4,
            "resting_until": "2027-01-10" if number == 33 else "",
            "pinned_site": pinned_site if number == 5 else "",
            "pinned_until": "2027-01-31" if number == 5 else "",
            "note": "",
        }
        rows.append(row)
    return rows


def build_titles(rng: np.random.Generator, batches: list[Row]) -> list[Row]:
    """Return the rows of `batch_titles.csv`; every title has at least three copies over all."""
    rows: list[Row] = []
    for category, subject, audience, language, _ in CATEGORIES:
        need = [(b["batch_id"], int(b[f"books_{category}"] or 0)) for b in batches]
        need = [(batch, books) for batch, books in need if books]
        total = sum(books for _, books in need)
        pool = max(max(books for _, books in need) // 2 + 1, total // 4)
        names = _title_names(subject, audience, language, pool)
        used = np.zeros(pool, dtype=int)
        for batch, books in need:
            picks = _pick_titles(rng, used, books)
            for title, copies in sorted(picks.items()):
                rows.append(
                    {
                        "batch_id": batch,
                        "title_id": f"{category}-{title:04d}",
                        "title": names[title],
                        "category_id": category,
                        "copies": copies,
                    }
                )
    return sorted(rows, key=lambda row: (row["batch_id"], row["title_id"]))


def _pick_titles(rng: np.random.Generator, used: Any, books: int) -> dict[int, int]:
    """Choose the titles that have been used least, two copies each, the last one fewer."""
    order = np.lexsort((rng.uniform(size=len(used)), used))
    picks: dict[int, int] = {}
    left = books
    for title in order:
        if left <= 0:
            break
        picks[int(title)] = min(2, left)
        left -= picks[int(title)]
    for title, copies in picks.items():
        used[title] += copies
    if left > 0:
        first = next(iter(picks))
        picks[first] += left
    return picks


def _title_names(subject: str, audience: str, language: str, count: int) -> list[str]:
    starts, ends = WORDS[subject]
    pairs = list(itertools.product(starts, ends))
    suffix = {"blt": " (tiếng Thái)", "hmn": " (tiếng Mông)"}.get(language, "")
    if audience == "teen":
        suffix += " cho tuổi trẻ"
    return [
        f"{pairs[i % len(pairs)][0]} {pairs[i % len(pairs)][1]}{suffix}, tập {i // len(pairs) + 1}"
        for i in range(count)
    ]


def build_ledger(rng: np.random.Generator, batches: list[Row], sites: list[Row]) -> list[Row]:
    """Return two years of moves, in the order of days: one batch a library, two to four months."""
    libraries = [s for s in sites if s["takes"] in ("rotation", "both") and s["enrolled_from"]]
    where: dict[str, str] = {b["batch_id"]: "SL-KHO" for b in batches}
    since: dict[str, date] = {}
    seen: set[tuple[str, str]] = set()
    standing: dict[str, tuple[str, int]] = {}
    by_id = {b["batch_id"]: b for b in batches}
    rows: list[Row] = []

    def move(day: date, batch: str, target: str) -> None:
        source = where[batch]
        rows.append(
            {
                "entry_id": f"E{len(rows) + 1:05d}",
                "date": day.isoformat(),
                "type": "moved",
                "batch_id": batch,
                "from_site": source,
                "to_site": target,
                "books": by_id[batch]["books"],
                "boxes": by_id[batch]["boxes"],
                "trip_id": "",
                "voids": "",
                "note": "mô phỏng",
            }
        )
        where[batch], since[batch] = target, day

    months = [date(2024 + (11 + i) // 12, (11 + i) % 12 + 1, 1) for i in range(24)]
    for index, first in enumerate(months):
        last_quarter = index >= 21
        for site in libraries:
            key = str(site["site_id"])
            if site["enrolled_from"] > first.isoformat():
                continue
            if key in standing:
                batch, due = standing[key]
                if due > index:
                    continue
                move(first + timedelta(days=int(rng.integers(3, 24))), batch, "SL-KHO")
                del standing[key]
        arrived = dict(since)
        for site in libraries:
            key = str(site["site_id"])
            if key in standing or site["enrolled_from"] > first.isoformat():
                continue
            free = [
                b
                for b, place in where.items()
                if place == "SL-KHO" and (b, key) not in seen and _fits(by_id[b], site)
            ]
            if not free:
                continue
            batch = str(rng.choice(free))
            day = first + timedelta(days=24 + int(rng.integers(0, 4)))
            day = max(day, arrived.get(batch, day))
            if last_quarter and index == 23 and rng.uniform() < 0.5:
                day = first + timedelta(days=26)
            move(day, batch, key)
            seen.add((batch, key))
            length = int(rng.choice([2, 3, 3, 4]))
            if index in (19, 20):
                length = 4
            standing[key] = (batch, index + 1 + length)
    rows.sort(key=lambda row: (row["date"], row["entry_id"]))
    for number, row in enumerate(rows, 1):
        row["entry_id"] = f"E{number:05d}"
    return rows


def _fits(batch: Row, site: Row) -> bool:
    if batch["networks"] and site["network"] not in str(batch["networks"]).split("|"):
        return False
    if batch["condition"] == "repair" or batch["resting_until"]:
        return False
    if int(batch["books"]) > int(site["capacity_books"]):
        return False
    spoken = set(str(site["languages"]).split("|"))
    asked = set(str(site["audiences"]).split("|")) - {""}
    wanted = 0
    for category, _, audience, language, _ in CATEGORIES:
        books = int(batch[f"books_{category}"] or 0)
        if books and language not in spoken:
            return False
        wanted += books if not asked or audience in asked else 0
    return wanted * 2 >= int(batch["books"])


def build_loans(
    rng: np.random.Generator, ledger: list[Row], sites: list[Row], batches: list[Row]
) -> list[Row]:
    """Return uses counted when a batch was taken away, Poisson around a hidden demand."""
    by_site = {str(s["site_id"]): s for s in sites}
    by_batch = {str(b["batch_id"]): b for b in batches}
    taste = {
        key: dict(
            zip([c[0] for c in CATEGORIES], rng.gamma(3.0, 1 / 3.0, len(CATEGORIES)), strict=True)
        )
        for key in sorted(by_site)
    }
    arrivals: dict[str, date] = {}
    rows: list[Row] = []
    for entry in ledger:
        day, batch = date.fromisoformat(entry["date"]), str(entry["batch_id"])
        if entry["to_site"] == "SL-KHO":
            site = str(entry["from_site"])
            months = max(1.0, round((day - arrivals[batch]).days / 30.4, 1))
            people = int(by_site[site]["population"]) + 4 * int(by_site[site]["students"])
            for category, *_ in CATEGORIES:
                books = int(by_batch[batch][f"books_{category}"] or 0)
                if books < 15:
                    continue
                rate = people * 0.0011 * taste[site][category] * (1 - np.exp(-books / 90))
                rows.append(
                    {
                        "date": day.isoformat(),
                        "site_id": site,
                        "category_id": category,
                        "uses": int(rng.poisson(rate * months)),
                        "months": months,
                    }
                )
        arrivals[batch] = day
    return sorted(rows, key=lambda r: (r["date"], r["site_id"], r["category_id"]))
