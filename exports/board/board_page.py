"""Draws the board: `board.html`, on which a planner moves what the month's plan decided."""

from collections.abc import Iterator

from exports.board.board_data import find_board_facts, gather_board
from exports.pages.page import make_page
from exports.text.formats import format_month
from planning.plan import Plan
from planning.plan_file import seal_plan
from province.amounts import count_decimals
from province.facts import Province
from province.language import Language, message, translate

SCRIPTS = (
    "notes.js",
    "sheets.js",
    "board_pieces.js",
    "board_clock.js",
    "board_rules.js",
    "board_moves.js",
    "board_store.js",
    "board_view.js",
    "board_dialogs.js",
    "board_drag.js",
    "board_keys.js",
    "board_send.js",
    "board.js",
)
COLUMNS = (
    "trip_id", "vehicle_id", "crew_id", "date", "sequence", "visit_id", "locked", "site_name",
)  # fmt: skip
"""What `luanchuyen edit` reads, and the site's name for whoever opens the file."""

WORDS = {
    "km": message("{km} km"),
    "hours": message("{hours} h {minutes} min"),
    "minutes": message("{minutes} min"),
    "load": message("{boxes} / {room} boxes"),
    "new_trip": message("New trip {number}"),
    "remote": message("remote"),
    "urgent": message("cannot wait"),
    "locked": message("locked"),
    "pinned": message("pinned"),
    "standing": message("begun"),
    "new_here": message("New trip here"),
    "one_more_day": message("One more day of {trip}"),
    "sleeps": message("Night: {site}"),
    "all_served": message("Every visit is on a trip."),
    "unchanged": message("as planned"),
    "visits": message("Visits served"),
    "trips": message("Trips"),
    "distance": message("Distance"),
    "driving": message("Driving"),
    "nights": message("Nights"),
    "cost": message("Cost"),
    "broken": message("Rules broken"),
    "boxes": message("{left} boxes left, {taken} taken"),
    "service": message("{time} on the spot"),
    "open_on": message("Open on {day}: {hours}"),
    "open_days": message("Days on which it is open long enough: {days}"),
    "never_open": message("Never open long enough this month."),
    "market_days": message("Better days (market): {days}"),
    "comes_from": message("What is left here is fetched at {site} first ({day})."),
    "goes_to": message("What is taken here goes on to {site} ({day})."),
    "is_unserved": message("not served"),
    "at_wheel": message("{time} at the wheel"),
    "out": message("Out {out}, back {back}"),
    "before": message("Trip {trip}, before {site}"),
    "at_end": message("Trip {trip}, at the end of the day"),
    "lock": message("Lock"),
    "unlock": message("Unlock"),
    "lock_all": message("Lock all visits of the trip"),
    "unlock_all": message("Unlock all visits of the trip"),
    "is_locked": message("{site} is locked: unlock it first."),
    "trip_is_locked": message("{site} of this trip is locked: unlock it first."),
    "no_place": message("There is no place for it."),
    "no_room": message("The trip would leave the days of the month that are still open."),
    "moved": message("{what}: moved to {day}, {vehicle}."),
    "taken_out": message("{what}: not served now."),
    "lock_set": message("{what}: locked."),
    "lock_gone": message("{what}: unlocked."),
    "undone": message("Undone."),
    "redone": message("Done again."),
    "restored": message("The plan as it was written."),
    "sent": message("Saved as {file}. Now: luanchuyen edit PLAN {file}"),
    "sent_locked": message("Saved as {file}. Now: luanchuyen edit PLAN {file} --pin"),
    "again": message("Press again to discard every change"),
    "trip": message("Trip {trip}"),
}
"""What the page says once something is moved; ``{…}`` is filled in by the page."""

RULES = {
    "closed": (message("Not open"),
               message("{site} is not open for so long at {time} on {day}.")),
    "road": (message("No road"),
             message("{vehicle} cannot drive from {site} to {other} on {day}.")),
    "duty": (message("Day too long"),
             message("{day}: {time} from leaving to arriving; at most {limit}.")),
    "late": (message("Too late in the day"),
             message("{day}: {time} beyond the hours of work or daylight.")),
    "driving": (message("Driving too long"),
                message("{day}: {time} at the wheel; at most {limit}.")),
    "week": (message("Week too long"),
             message("{crew} drives {time} in the week of {day}; at most {limit}.")),
    "rest": (message("Rest too short"),
             message("{crew} works too many days in the week of {day}, or in a row.")),
    "load": (message("Overload"),
             message("{boxes} boxes and {kg} kg; {vehicle} takes {room} boxes and {room_kg} kg.")),
    "twice": (message("Twice on one day"), message("{who} is on two trips on {day}.")),
    "away": (message("Not available"), message("{who} does not work on {day}.")),
    "giver": (message("Giver comes later"),
              message("What {site} gets is fetched at {other}: earlier on the same trip, or on one"
                      " that is back and checked before this one starts.")),
    "bed": (message("No lodging"), message("No lodging on the way has {count} beds on {day}.")),
    "nights": (message("Too many nights"), message("{count} nights; at most {limit}.")),
    "gap": (message("Gap too short"),
            message("{site}: {count} days between two visits; at least {limit}.")),
    "pin": (message("Pin broken"), message("{site} is pinned to other days, or to others.")),
    "crew": (message("Crew does not fit"),
             message("{crew} may not drive {vehicle}, or lacks people or skills for {site}.")),
    "vehicle": (message("Vehicle does not fit"), message("{vehicle} cannot serve {site}.")),
}  # fmt: skip
"""The rules that the page looks at, roughly: in a word, and in a sentence."""


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield `board.html`."""
    month = format_month(plan.month, language)
    digest = plan.papers_digest or seal_plan(plan).papers_digest
    rules = {name: [translate(text, language) for text in texts] for name, texts in RULES.items()}
    page = make_page(
        "board/page.html.j2",
        title=translate(message("Board of trips, {month}", month=month), language),
        language=language,
        style=("board.css", "board_cards.css"),
        script=SCRIPTS,
        has_map=False,
        data={
            "key": f"luanchuyen/{plan.province_code}/{plan.month}/board/{digest}",
            "file": f"board-{plan.month}.csv",
            "columns": COLUMNS,
            "language": language,
            "currency": province.settings.province.currency,
            "decimals": count_decimals(province.settings.province.currency),
            "words": {key: translate(text, language) for key, text in WORDS.items()},
            "rules": rules,
            **gather_board(find_board_facts(plan, province, language)),
        },
        plan=plan,
        province=province,
    )
    yield "board.html", page
