"""Makes the synthetic rotation stock of Sơn La: batches and their titles."""

import itertools
from typing import Any

import numpy as np

Row = dict[str, Any]

CATEGORIES = (
    ("children-child-vi", "children", "child", "vi", "Thiếu nhi"),
    ("children-child-blt", "children", "child", "blt", "Thiếu nhi tiếng Thái"),
    ("culture-adult-blt", "culture", "adult", "blt", "Văn hóa Thái"),
    ("culture-adult-hmn", "culture", "adult", "hmn", "Văn hóa Mông"),
    ("culture-adult-mtq", "culture", "adult", "mtq", "Văn hóa Mường"),
    ("farming-adult-vi", "farming", "adult", "vi", "Nông nghiệp"),
    ("fiction-adult-vi", "fiction", "adult", "vi", "Văn học"),
    ("fiction-teen-vi", "fiction", "teen", "vi", "Truyện tuổi mới lớn"),
    ("health-adult-vi", "health", "adult", "vi", "Sức khỏe"),
    ("history-adult-vi", "history", "adult", "vi", "Lịch sử – địa chí"),
    ("law-adult-vi", "law", "adult", "vi", "Pháp luật"),
    ("science-teen-vi", "science", "teen", "vi", "Khoa học thường thức"),
    ("study-teen-vi", "study", "teen", "vi", "Học tập"),
)
CLASSES = {
    "farming-adult-vi": ("63",),
    "fiction-adult-vi": ("8",),
    "fiction-teen-vi": ("8",),
    "health-adult-vi": ("61",),
    "history-adult-vi": ("9",),
    "law-adult-vi": ("34",),
    "science-teen-vi": ("5", "6"),
    "study-teen-vi": ("37",),
}
"""First digits of Dewey classes by category; the others take every class."""

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
    "muong": (
        "Văn hóa Mường",
        {"culture-adult-mtq": 34, "children-child-vi": 36, "fiction-adult-vi": 30},
    ),
    "law": ("Pháp luật & lịch sử", {"law-adult-vi": 72, "history-adult-vi": 28}),
}
PLAN = (
    ["general"] * 28
    + ["muong"] * 2
    + ["young"] * 12
    + ["living"] * 8
    + ["thai"] * 7
    + ["hmong"] * 5
    + ["law"] * 4
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
        each = 3 if len(need) < 3 else 2
        pool = max(max(books for _, books in need) // each + 1, total // (2 * each))
        names = _title_names(subject, audience, language, pool)
        used = np.zeros(pool, dtype=int)
        for batch, books in need:
            picks = _pick_titles(rng, used, books, each)
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


def _pick_titles(rng: np.random.Generator, used: Any, books: int, each: int) -> dict[int, int]:
    """Choose the titles that have been used least, `each` copies; the first takes the rest."""
    order = np.lexsort((rng.uniform(size=len(used)), used))
    picks: dict[int, int] = {}
    left = books
    for title in order:
        if left < each:
            break
        picks[int(title)] = each
        left -= each
    if left > 0:
        picks[next(iter(picks))] += left
    for title, copies in picks.items():
        used[title] += copies
    return picks


def _title_names(subject: str, audience: str, language: str, count: int) -> list[str]:
    starts, ends = WORDS[subject]
    pairs = list(itertools.product(starts, ends))
    suffix = {"blt": " (tiếng Thái)", "hmn": " (tiếng Mông)", "mtq": " (tiếng Mường)"}.get(
        language, ""
    )
    if audience == "teen":
        suffix += " cho tuổi trẻ"
    return [
        f"{pairs[i % len(pairs)][0]} {pairs[i % len(pairs)][1]}{suffix}, tập {i // len(pairs) + 1}"
        for i in range(count)
    ]


def build_stock(rng: np.random.Generator) -> list[Row]:
    """Return the rows of `stock.csv`: 780 titles bought lately, for new batches to be composed of.

    One in twenty is rare, one in five bought for rotation; copies are 1 to 8, mass 150 to 700 g.
    """
    rows = []
    for category, subject, audience, language, _ in CATEGORIES:
        for number, name in enumerate(_title_names(subject, audience, language, 60), 1):
            start = CLASSES.get(category, ("39",))[0]
            rows.append(
                {
                    "title_id": f"new-{category}-{number:03d}",
                    "title": f"{name} (bản mới)",
                    "copies": int(rng.integers(1, 9)),
                    "shelf_class": f"{start:0<3}.{rng.integers(1, 99)}",
                    "language": language,
                    "audience": audience,
                    "mass_g": 10 * int(rng.integers(15, 71)),
                    "rare": "yes" if rng.uniform() < 0.05 else "",
                    "for_rotation": "yes" if rng.uniform() < 0.2 else "",
                }
            )
    return rows
