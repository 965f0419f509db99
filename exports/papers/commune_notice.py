"""Writes `notices/<commune_code>.html`: when books come to a commune, to be posted and read out."""

from collections.abc import Iterator

from markupsafe import Markup

from exports.pages.marks import data_text, join, say
from exports.papers.paper import Desk, draw_letterhead, make_paper, open_desk
from exports.text.file_names import name_files
from exports.text.formats import count_books, format_long_day, format_month
from planning.notices import Notice, Occasion, list_notices
from planning.plan import Plan
from province.dates import clock
from province.facts import Province
from province.language import Language, Message, message, translate, translate_plural
from province.visits import Task


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield a notice for each commune that books or the book bus come to, by code."""
    desk = open_desk(plan, province, language)
    notices = list_notices(plan, province)
    files = name_files(str(notice.commune_code) for notice in notices)
    for notice in notices:
        title = translate(message("Notice to {commune}", commune=_name(notice, desk)), language)
        yield (
            f"notices/{files[str(notice.commune_code)]}.html",
            make_paper(
                plan=plan,
                title=title,
                language=language,
                body=_draw_notice(notice, desk),
                style="notice.css",
            ),
        )


def _name(notice: Notice, desk: Desk) -> str:
    commune = desk.communes.get(str(notice.commune_code))
    return f"{commune.kind} {commune.name}" if commune else str(notice.commune_code)


def _draw_notice(notice: Notice, desk: Desk) -> Markup:
    language, month = desk.language, format_month(desk.plan.month, desk.language)
    about = message("Books come to {commune}, {month}", commune=_name(notice, desk), month=month)
    return Markup(
        '<main class="sheet">{head}<h1>{title}</h1><p class="about"><bdi>{about}</bdi></p>'
        '<ol class="occasions">{occasions}</ol><section class="aloud"><h2>{aloud}</h2>{text}'
        "</section></main>"
    ).format(
        head=draw_letterhead(desk.province, language, day=None, number=None),
        title=say(message("Notice"), language),
        about=translate(about, language),
        occasions=join((_draw_occasion(o, desk) for o in notice.occasions), "\n"),
        aloud=say(message("To be read aloud"), language),
        text=_draw_speech(notice, desk),
    )


def _draw_occasion(occasion: Occasion, desk: Desk) -> Markup:
    language, site = desk.language, desk.sites[str(occasion.site_id)]
    if occasion.task is Task.SESSION:
        what = say(message("The book bus is open to readers"), language)
        hours = Markup('<p class="hours">{}&nbsp;–&nbsp;{}</p>').format(
            clock(occasion.opens_min), clock(occasion.closes_min)
        )
        more = _say_length(occasion.closes_min - occasion.opens_min, language)
    else:
        what = say(message("New books at the library"), language)
        hours = Markup('<p class="hours books">{}</p>').format(
            count_books(occasion.books, language)
        )
        more = Markup() if occasion.until_month is None else say(
            message("to borrow until {month}", month=format_month(occasion.until_month, language)),
            language,
        )  # fmt: skip
    if not occasion.is_public:
        only = say(message("only for the people of this place"), language)
        more = join((part for part in (more, only) if part), " · ")
    return Markup(
        '<li class="{kind}"><p class="day">{day}</p>{hours}<p class="what">{what}</p>'
        '<p class="place">{place}</p><p class="more">{more}</p></li>'
    ).format(
        kind=occasion.task.value,
        day=format_long_day(occasion.day, language),
        hours=hours,
        what=what,
        place=data_text(site.name),
        more=more,
    )


def _say_length(minutes: int, language: Language) -> Markup:
    """Return how long the bus stays, in words that can be read out."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(translate_plural("{count} hour", "{count} hours", hours, language))
    if rest:
        parts.append(translate_plural("{count} minute", "{count} minutes", rest, language))
    return Markup("{}").format(" ".join(parts))


def _draw_speech(notice: Notice, desk: Desk) -> Markup:
    us, language = desk.province.settings.province, desk.language
    lines: list[Message] = [message("Dear people of {commune}!", commune=_name(notice, desk))]
    lines += [_tell(occasion, desk) for occasion in notice.occasions]
    if any(occasion.is_public for occasion in notice.occasions):
        lines.append(message("Everyone is welcome."))
    if us.phone:
        lines.append(
            message("Questions: {name}, telephone {phone}.", name=us.organisation or us.name,
                    phone=us.phone)
        )  # fmt: skip
    return join(Markup("<p><bdi>{}</bdi></p>").format(translate(line, language)) for line in lines)


def _tell(occasion: Occasion, desk: Desk) -> Message:
    """Return a sentence that people understand who only hear it."""
    day = format_long_day(occasion.day, desk.language)
    place = desk.sites[str(occasion.site_id)].name
    if occasion.task is not Task.SESSION:
        books = count_books(occasion.books, desk.language)
        if occasion.is_public:
            return message(
                "On {day}, {books} come to {place}. You can borrow them there.",
                day=day, books=books, place=place,
            )  # fmt: skip
        return message(
            "On {day}, {books} come to {place}, for the people of this place.",
            day=day, books=books, place=place,
        )  # fmt: skip
    opens, closes = clock(occasion.opens_min), clock(occasion.closes_min)
    if occasion.is_public:
        return message(
            "On {day}, from {opens} to {closes}, the book bus is at {place}. "
            "Adults and children can come on board, read and borrow.",
            day=day, opens=opens, closes=closes, place=place,
        )  # fmt: skip
    return message(
        "On {day}, from {opens} to {closes}, the book bus is at {place}, for the people of this "
        "place.",
        day=day, opens=opens, closes=closes, place=place,
    )  # fmt: skip
