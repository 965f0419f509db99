"""Writes `handovers/<trip_id>.html`: a record for each library of a trip, which both sides sign."""

from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup

from exports.pages.marks import data_text, join, say
from exports.papers.paper import (
    Desk,
    draw_letterhead,
    draw_table,
    make_paper,
    name_commune,
    open_desk,
)
from exports.text.file_names import name_files
from exports.text.formats import format_month, format_number, format_written_day
from exports.text.words import CONDITIONS
from planning.handovers import Handover, HandoverLine, list_handovers
from planning.plan import Plan
from province.facts import Province
from province.language import Language, Message, message, translate


def draw(plan: Plan, province: Province, language: Language) -> Iterator[tuple[str, bytes]]:
    """Yield the records of each trip, a sheet for each stop in the order of stops."""
    desk = open_desk(plan, province, language)
    handovers = sorted(list_handovers(plan, province), key=lambda h: (h.trip_id, h.number))
    names = name_files({handover.trip_id for handover in handovers})
    for trip_id, own in groupby(handovers, key=lambda handover: handover.trip_id):
        title = translate(message("Handover records, trip {trip}", trip=trip_id), language)
        yield (
            f"handovers/{names[trip_id]}.html",
            make_paper(
                plan=plan,
                title=title,
                language=language,
                body=join((_draw_record(handover, desk) for handover in own), "\n"),
                style="handover.css",
            ),
        )


def _draw_record(handover: Handover, desk: Desk) -> Markup:
    province, language = desk.province, desk.language
    order = f"{desk.plan.month.number:02d}-{handover.number:02d}"
    number = f"{order}/{province.settings.paper.symbol}"
    return Markup('<article class="sheet" id="record-{}">{}</article>').format(
        handover.number,
        join(
            (
                draw_letterhead(province, language, day=handover.day, number=number),
                Markup('<h1>{}</h1><p class="about">{}</p>').format(
                    say(message("Handover record"), language),
                    say(message("on the rotation of books and other material"), language),
                ),
                _draw_grounds(desk),
                _draw_sides(handover, desk),
                Markup("<p>{}</p>").format(
                    say(message("The two sides have handed over and received:"), language)
                ),
                _draw_lines(message("1. Side A leaves with side B"), handover.left, desk,
                            is_left=True),
                _draw_lines(message("2. Side B gives back to side A"), handover.taken, desk,
                            is_left=False),
                _draw_remarks(desk),
                _draw_signatures(desk),
            ),
            "\n",
        ),
    )  # fmt: skip


def _draw_grounds(desk: Desk) -> Markup:
    us, language = desk.province.settings.province, desk.language
    own = translate(
        message(
            "the plan of book rotation for {month} of {organisation}",
            month=format_month(desk.plan.month, language), organisation=us.organisation or us.name,
        ), language,
    )  # fmt: skip
    grounds = [*desk.province.settings.paper.grounds, own]
    return Markup('<ul class="grounds">{}</ul>').format(
        join(
            Markup("<li><bdi>{}</bdi></li>").format(
                translate(message("Having regard to {ground};", ground=ground), language)
            )
            for ground in grounds
        )
    )


def _draw_sides(handover: Handover, desk: Desk) -> Markup:
    province, language = desk.province, desk.language
    us, paper = province.settings.province, province.settings.paper
    site, where = desk.sites[handover.site_id], desk.sites[handover.place_id]
    commune = name_commune(where, desk.communes)
    place = Markup("{} ({})").format(data_text(where.name), commune) if commune else (
        data_text(where.name)
    )  # fmt: skip
    vehicle, crew = (
        province.vehicle_by_id[handover.vehicle_id],
        province.crew_by_id[handover.crew_id],
    )
    ours = f"{crew.name}, {vehicle.name}"
    return Markup('<p class="today">{}</p>{}{}').format(
        Markup(translate(message("Today, {day}, at {place}, we are:"), language)).format(
            day=format_written_day(handover.day, language), place=place
        ),
        _draw_side(
            message("Side A, the lending library"), us.organisation or us.name,
            (ours, us.phone), paper.giver_title, language,
        ),
        _draw_side(
            message("Side B, the receiving site"), site.name, (site.keyholder, site.phone),
            paper.receiver_title, language,
        ),
    )  # fmt: skip


def _draw_side(
    role: Message, name: str, contacts: tuple[str, ...], office: str, language: Language
) -> Markup:
    told = [data_text(contact) for contact in contacts if contact]
    return Markup(
        '<section class="side"><h2>{role}: {name}</h2>{contacts}'
        '<p class="fill"><span>{person}</span><i></i><span>{title}</span>{office}</p></section>'
    ).format(
        role=say(role, language),
        name=data_text(name),
        contacts=Markup('<p class="contacts">{}</p>').format(join(told, " · ")) if told else "",
        person=say(message("Mr/Ms:"), language),
        title=say(message("Office:"), language),
        office=Markup("<b>{}</b>").format(data_text(office)) if office else Markup("<i></i>"),
    )


def _draw_lines(
    head: Message, lines: tuple[HandoverLine, ...], desk: Desk, *, is_left: bool
) -> Markup:
    language = desk.language
    title = Markup("<h3>{}</h3>").format(say(head, language))
    if not lines:
        return title + Markup('<p class="nothing">{}</p>').format(
            say(message("Nothing."), language)
        )
    heads: list[Message | str] = [
        message("No."), message("Batch"), message("Boxes"), message("Titles"), message("Books"),
        message("Condition"),
        message("Fetched again") if is_left else message("Goes to"), message("Counted"),
    ]  # fmt: skip
    kinds = ("row", "name", "num", "num", "num", "state", "other", "write")
    titles = [line.titles for line in lines if line.books]
    num_titles = 0 if None in titles else sum(count or 0 for count in titles)
    books = sum(line.books for line in lines)
    foot = (
        "", say(message("Together"), language),
        format_number(sum(line.boxes for line in lines), language),
        format_number(num_titles, language) if num_titles else "",
        format_number(books, language) if books else "", "", "", "",
    )  # fmt: skip
    rows = [_draw_line(number, line, desk, is_left=is_left) for number, line in enumerate(lines, 1)]
    return title + draw_table(heads, rows, language, kinds=kinds, foot=foot)


def _draw_line(
    number: int, line: HandoverLine, desk: Desk, *, is_left: bool
) -> tuple[Markup | str, ...]:
    language = desk.language
    name = Markup("<b>{}</b> {}").format(data_text(line.content_id), data_text(line.name))
    other: Markup | str = data_text(desk.sites[line.other_site].name)
    if is_left:
        other = f"{line.back_month.number:02d}/{line.back_month.year}" if line.back_month else ""
    return (
        str(number),
        name,
        format_number(line.boxes, language),
        "" if line.titles is None else format_number(line.titles, language),
        format_number(line.books, language) if line.books else "",
        say(CONDITIONS[line.condition], language) if line.condition else "",
        other,
        "",
    )


def _draw_remarks(desk: Desk) -> Markup:
    return Markup(
        '<section class="remarks"><h3>{}</h3><p class="line"></p><p class="line"></p></section>'
        '<p class="copies">{}</p>'
    ).format(
        say(message("3. Remarks: missing, damaged, other"), desk.language),
        say(message("Drawn up in two copies of equal value; each side keeps one."), desk.language),
    )


def _draw_signatures(desk: Desk) -> Markup:
    return Markup('<section class="signatures">{}</section>').format(
        join(
            Markup("<div><h2>{}</h2><p>{}</p></div>").format(
                say(side, desk.language),
                say(message("(signature and full name)"), desk.language),
            )
            for side in (message("For side A"), message("For side B"))
        )
    )
