"""Makes the synthetic past of Sơn La's rotation: two years of exchanges, losses and loans."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from tools.son_la_stock import CATEGORIES

Row = dict[str, Any]

DEPOT = "SL-KHO"
FIRST_MONTH = 2024 * 12 + 11  # December 2024, months counted from the year 0
LAST_MONTH = 2026 * 12 + 10  # November 2026
AUGUST = LAST_MONTH - 3
MAX_STAY_MONTHS = 4
# How many batches that stand at libraries came in which month before the first plan.
ARRIVALS = ((AUGUST, 26), (AUGUST + 1, 9), (AUGUST + 2, 8))  # all others: in November
EMPTY_SITES = 2  # libraries whose last batch has left and that wait for December
REPAIRED_FROM = AUGUST + 1  # batches under repair and at rest stay at the depot from then on
PINNED_FROM = LAST_MONTH - 1
HOLIDAYS = (
    (date(2025, 1, 25), date(2025, 2, 2)),
    (date(2025, 4, 30), date(2025, 5, 2)),
    (date(2025, 9, 1), date(2025, 9, 2)),
    (date(2026, 2, 14), date(2026, 2, 22)),
    (date(2026, 4, 27), date(2026, 5, 1)),
    (date(2026, 9, 1), date(2026, 9, 2)),
)


@dataclass(slots=True)
class _Past:
    """Where every batch is while the past is told."""

    batches: dict[str, Row]
    where: dict[str, str]
    free_from: dict[str, date]
    standing: dict[str, str] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)
    uses: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def write(self, day: date, kind: str, batch: str, source: str, target: str) -> Row:
        """Append an entry about a whole batch; return it."""
        row: Row = {
            "entry_id": "",
            "date": day.isoformat(),
            "type": kind,
            "batch_id": batch,
            "from_site": source,
            "to_site": target,
            "books": self.batches[batch]["books"],
            "boxes": self.batches[batch]["boxes"],
            "trip_id": "",
            "voids": "",
            "note": "mô phỏng",
        }
        self.rows.append(row)
        return row

    def take_away(self, day: date, site: str) -> None:
        """Bring the batch of a site back to the depot; it may go out again the next day."""
        batch = self.standing.pop(site)
        self.write(day, "moved", batch, site, DEPOT)
        self.where[batch], self.free_from[batch] = DEPOT, day + timedelta(days=1)

    def bring(self, day: date, site: str, batch: str) -> None:
        """Take a batch from the depot to a site."""
        self.write(day, "moved", batch, DEPOT, site)
        self.where[batch], self.standing[site] = site, batch
        self.seen.add((batch, site))
        self.uses[batch] = self.uses.get(batch, 0) + 1


def build_ledger(rng: np.random.Generator, batches: list[Row], sites: list[Row]) -> list[Row]:
    """Return two years of entries in the order of days: one batch a library, up to four months.

    No batch comes twice to the same library, and none has stood there for more than four months
    at the beginning of December 2026.
    """
    start = date(FIRST_MONTH // 12, FIRST_MONTH % 12 + 1, 1)
    past = _Past(
        batches={b["batch_id"]: b for b in batches},
        where={b["batch_id"]: DEPOT for b in batches},
        free_from={b["batch_id"]: start for b in batches},
    )
    by_site = {str(s["site_id"]): s for s in sites}
    pinned_sites = frozenset(str(b["pinned_site"]) for b in batches if b["pinned_site"])
    plans = _plan_stays(rng, sites, pinned_sites)
    for month in range(FIRST_MONTH, LAST_MONTH + 1):
        due = [site for site in sorted(plans, key=lambda s: s[3:8]) if month in plans[site]]
        days = _workdays(month)
        for number, site in enumerate(due):
            day = days[number * len(days) // len(due)]
            _exchange(rng, past, by_site[site], day, brings=plans[site][month])
    _add_losses(rng, past)
    past.rows.sort(key=lambda row: (row["date"], row["from_site"] == DEPOT, row["batch_id"]))
    for number, row in enumerate(past.rows, 1):
        row["entry_id"] = f"E{number:05d}"
    return past.rows


def _plan_stays(
    rng: np.random.Generator, sites: list[Row], pinned_sites: frozenset[str]
) -> dict[str, dict[int, bool]]:
    """Return for each library the months of its exchanges, and whether a batch came then.

    Told backwards from the arrival of the batch that stands there now.
    """
    served: dict[str, tuple[int, bool]] = {}
    for site in sites:
        since = str(site["enrolled_from"])
        if site["takes"] not in ("rotation", "both") or not since:
            continue
        first = int(since[:4]) * 12 + int(since[5:7]) - 1
        if first <= LAST_MONTH:
            served[str(site["site_id"])] = (
                max(first, FIRST_MONTH),
                str(site["site_id"]) in pinned_sites,
            )
    order = [str(key) for key in rng.permutation(sorted(served))]
    pinned = [key for key in order if served[key][1]]
    order = [key for key in order if not served[key][1]]
    lasts = [month for month, count in ARRIVALS for _ in range(count)]
    lasts += [LAST_MONTH] * (len(order) - len(lasts))
    plans: dict[str, dict[int, bool]] = {}
    for number, (key, last) in enumerate(
        zip([*order, *pinned], [*lasts, *[PINNED_FROM] * len(pinned)], strict=True)
    ):
        is_empty = len(order) - EMPTY_SITES <= number < len(order)
        months = {last: not is_empty}
        month, first = last, served[key][0]
        while month > first:
            month = max(first, month - int(rng.choice([2, 3, 3, MAX_STAY_MONTHS, MAX_STAY_MONTHS])))
            months[month] = True
        plans[key] = months
    return plans


def _workdays(month: int) -> list[date]:
    """Return the days of a month from the 3rd to the 27th on which exchanges are made."""
    days = [date(month // 12, month % 12 + 1, number) for number in range(3, 28)]
    return [
        day
        for day in days
        if day.weekday() < 5 and not any(first <= day <= last for first, last in HOLIDAYS)
    ]


def _exchange(rng: np.random.Generator, past: _Past, site: Row, day: date, *, brings: bool) -> None:
    """Take the standing batch away and bring the one that fits and was used least."""
    key, month = str(site["site_id"]), day.year * 12 + day.month - 1
    if key in past.standing:
        past.take_away(day, key)
    if not brings:
        return
    choices = []
    for batch, row in past.batches.items():
        if past.where[batch] != DEPOT or past.free_from[batch] > day:
            continue
        if (batch, key) in past.seen or not _fits(row, site, month):
            continue
        if row["pinned_site"] == key:
            choices = [(-99, 0.0, batch)]
            break
        is_local = any(row[f"books_{c[0]}"] and c[3] != "vi" for c in CATEGORIES)
        choices.append((past.uses.get(batch, 0) - 2 * is_local, float(rng.uniform()), batch))
    if choices:
        past.bring(day, key, min(choices)[2])


def _fits(batch: Row, site: Row, month: int) -> bool:
    if batch["networks"] and site["network"] not in str(batch["networks"]).split("|"):
        return False
    if (batch["condition"] == "repair" or batch["resting_until"]) and month > REPAIRED_FROM - 5:
        return False
    if batch["pinned_site"] and month > PINNED_FROM - 5:
        return month >= PINNED_FROM and batch["pinned_site"] == site["site_id"]
    if batch["pinned_site"] == site["site_id"]:
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


def _add_losses(rng: np.random.Generator, past: _Past) -> None:
    """Note a few books lost or damaged when a batch came back, and why two are under repair."""
    returns = [row for row in past.rows if row["to_site"] == DEPOT]
    last = {row["batch_id"]: row for row in returns}
    repaired = [b for b, row in past.batches.items() if row["condition"] == "repair"]
    picks = [returns[int(i)] for i in sorted(rng.choice(len(returns), size=7, replace=False))]
    noted = [(row, "lost_books", int(rng.integers(1, 6))) for row in picks]
    noted += [(last[b], "damaged_books", int(rng.integers(25, 40))) for b in repaired if b in last]
    noted += [(returns[len(returns) // 3], "missing_boxes", 1)]
    for row, kind, count in noted:
        day, site = date.fromisoformat(row["date"]), row["from_site"]
        entry = past.write(day, kind, row["batch_id"], DEPOT, DEPOT)
        entry["books"] = 0 if kind == "missing_boxes" else count
        entry["boxes"] = 1 if kind == "missing_boxes" else 0
        entry["note"] = f"mô phỏng; phát hiện khi nhận lại từ {site}"


def build_loans(
    rng: np.random.Generator, ledger: list[Row], sites: list[Row], batches: list[Row]
) -> list[Row]:
    """Return uses counted when a batch was taken away, Poisson around a hidden demand."""
    by_site = {str(s["site_id"]): s for s in sites}
    by_batch = {str(b["batch_id"]): b for b in batches}
    names = [c[0] for c in CATEGORIES]
    taste = {
        key: dict(zip(names, rng.gamma(3.0, 1 / 3.0, len(names)), strict=True))
        for key in sorted(by_site)
    }
    arrivals: dict[str, date] = {}
    rows: list[Row] = []
    for entry in ledger:
        if entry["type"] != "moved":
            continue
        day, batch = date.fromisoformat(entry["date"]), str(entry["batch_id"])
        if entry["to_site"] == DEPOT:
            site = str(entry["from_site"])
            months = max(1.0, round((day - arrivals[batch]).days / 30.4, 1))
            people = int(by_site[site]["population"]) + 4 * int(by_site[site]["students"])
            for category in names:
                books = int(by_batch[batch][f"books_{category}"] or 0)
                if books < 15:
                    continue
                rate = people * 0.0011 * taste[site][category] * (1 - np.exp(-books / 90))
                uses = int(rng.poisson(rate * months))
                cells = (day.isoformat(), site, category, uses, months)
                names_of = ("date", "site_id", "category_id", "uses", "months")
                rows.append(dict(zip(names_of, cells, strict=True)))
        arrivals[batch] = day
    return sorted(rows, key=lambda r: (r["date"], r["site_id"], r["category_id"]))
