"""Writes a report as a paper for Word: letterhead, sections, signature, and where its rows stand.

Sizes, margins and places are those of Vietnamese administrative papers (decree 30/2020/NĐ-CP,
appendix I): A4, Times New Roman 13, page numbers above from the second page on. What the letterhead
says comes from the settings.
"""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from exports.reporting.report_text import ToldCell, ToldReport, ToldSection
from exports.text.plain import clean_line
from province.language import Language, message, translate

FONT = "Times New Roman"
TEXT, SMALL, TINY = Pt(13), Pt(11), Pt(9)
LINK = RGBColor(0x1A, 0x4F, 0x8B)
NARROW = Pt(7)
MANY = 7
"""Columns of numbers from which on they stand narrower and smaller."""
MOST_NAMES = 12
"""Names that stand below a line; the page and the workbook have all."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def draw_docx(told: ToldReport, on: date, language: Language) -> bytes:
    """Return the paper; the same report gives the same bytes."""
    paper = Document()
    _set_up(paper, on, told)
    _add_letterhead(paper, told, language)
    _add_opening(paper, told, language)
    for section in told.sections:
        _add_section(paper, section, language)
    _add(paper, told.legend, TINY, italic=True, before=6)
    _add_closing(paper, told, language)
    _add_annex(paper, told, language)
    content = io.BytesIO()
    paper.save(content)
    return _settle(content.getvalue())


def _set_up(paper: Any, on: date, told: ToldReport) -> None:
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = Mm(20)
    page.left_margin, page.right_margin = Mm(30), Mm(15)
    page.header_distance = Mm(10)
    page.different_first_page_header_footer = True
    number = page.header.paragraphs[0]
    number.alignment = ALIGN.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    number._p.append(field)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = FONT, TEXT
    for name in ("w:eastAsia", "w:cs", "w:hAnsi"):
        style.element.rPr.rFonts.set(qn(name), FONT)
    style.paragraph_format.space_after = Pt(0)
    about = paper.core_properties
    about.created = about.modified = datetime.combine(on, time())
    about.title = clean_line(f"{told.title} {told.subject}")
    about.author = clean_line(told.letterhead.organisation)
    about.comments = ""


def _add(
    place: Any, text: str, size: Any = TEXT, *, bold: bool = False, italic: bool = False,
    align: Any = None, before: float = 0, upper: bool = False,
) -> Any:  # fmt: skip
    """Add a paragraph to the paper or to a cell, and return it."""
    paragraph = place.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    if text:
        _write(paragraph, text.upper() if upper else text, size, bold=bold, italic=italic)
    return paragraph


def _write(
    paragraph: Any, text: str, size: Any = TEXT, *, bold: bool = False, italic: bool = False
) -> None:
    """Write text on one line; blanks at its ends stay."""
    told = "\u00a0".join(map(clean_line, text.split("\u00a0")))
    told = f"{' ' if text[:1] == ' ' else ''}{told}{' ' if text[-1:] == ' ' else ''}"
    run = paragraph.add_run(told)
    run.font.size, run.bold, run.italic = size, bold, italic


def _add_letterhead(paper: Any, told: ToldReport, language: Language) -> None:
    """Add who writes at the left, the state's heading, place and day at the right."""
    head = told.letterhead
    table = paper.add_table(rows=2, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _set_widths(table, (Mm(68), Mm(97)))
    left, right = table.rows[0].cells
    if head.authority:
        _add(left, head.authority, Pt(12), align=ALIGN.CENTER, upper=True)
    _add(left, head.organisation, Pt(12), bold=True, align=ALIGN.CENTER, upper=True)
    _rule(left, Mm(22))
    for number, line in enumerate(head.heading):
        size = Pt(12) if not number else TEXT
        _add(right, line, size, bold=True, align=ALIGN.CENTER, upper=not number)
    if head.heading:
        _rule(right, Mm(24))
    left, right = table.rows[1].cells
    if head.symbol:
        number_text = translate(message("No. {number}", number=f"       /{head.symbol}"), language)
        paragraph = _add(left, "", align=ALIGN.CENTER)
        paragraph.add_run(number_text).font.size = TEXT
    align = ALIGN.CENTER if head.heading else ALIGN.RIGHT
    _add(right, head.place_and_day, italic=True, align=align)
    for cell in (cell for row in table.rows for cell in row.cells):
        first = cell.paragraphs[0]
        if len(cell.paragraphs) > 1:
            first._p.getparent().remove(first._p)


def _rule(cell: Any, indent: Any) -> None:
    """Add a line below what stands in a cell, so much shorter than the cell at both sides."""
    paragraph = cell.add_paragraph()
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = indent
    form.line_spacing = Pt(6)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().append(borders)


def _set_widths(table: Any, widths: tuple[Any, ...]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _add_opening(paper: Any, told: ToldReport, language: Language) -> None:
    _add(paper, told.title, Pt(14), bold=True, align=ALIGN.CENTER, before=12, upper=True)
    subject = told.subject[:1].upper() + told.subject[1:]
    _add(paper, subject, TEXT, bold=True, align=ALIGN.CENTER)
    if told.letterhead.addressee:
        text = message("To: {addressee}", addressee=told.letterhead.addressee)
        _add(paper, translate(text, language), align=ALIGN.CENTER, before=10)
    for ground in told.letterhead.grounds:
        text = message("Having regard to {ground};", ground=ground)
        _add(paper, translate(text, language), italic=True, align=ALIGN.JUSTIFY, before=4)


def _add_section(paper: Any, section: ToldSection, language: Language) -> None:
    heading = _add(paper, f"{section.numeral}. {section.title}", bold=True, before=12)
    heading.paragraph_format.keep_with_next = True
    columns = len(section.columns)
    table = paper.add_table(rows=1, cols=columns + 1)
    table.style = "Table Grid"
    is_narrow = columns >= MANY
    width = min(32, (125 if is_narrow else 105) // columns)
    head, size = (NARROW, TINY) if is_narrow else (SMALL, SMALL)
    widths = (Mm(165 - width * columns), *(Mm(width) for _ in range(columns)))
    for cell, text in zip(table.rows[0].cells[1:], section.columns, strict=True):
        _fill_cell(cell, text, head, bold=True, align=ALIGN.CENTER)
    _mark_row(table.rows[0], "tblHeader")
    for line in section.lines:
        row = table.add_row()
        _mark_row(row, "cantSplit")
        cells = row.cells
        _fill_cell(cells[0], line.name, size)
        if line.names:
            _add(cells[0], _tell_names(line.names, language), TINY, italic=True)
        for cell, number in zip(cells[1:], line.cells, strict=True):
            if number is not None:
                paragraph = cell.paragraphs[0]
                paragraph.alignment = ALIGN.RIGHT
                _link(paragraph, f"n{number.number}", f"r{number.number}", number.text, size)
    _set_widths(table, widths)
    for note in section.notes:
        _add(paper, note, TINY, italic=True, before=2)


def _tell_names(names: tuple[str, ...], language: Language) -> str:
    told = ", ".join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return told
    rest = message("{names}, and {count} more", names=told, count=len(names) - MOST_NAMES)
    return translate(rest, language)


def _fill_cell(cell: Any, text: str, size: Any, *, bold: bool = False, align: Any = None) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    _write(paragraph, text, size, bold=bold)


def _mark_row(row: Any, name: str) -> None:
    """Let a row stand on each page (``tblHeader``), or whole on one (``cantSplit``)."""
    mark = OxmlElement(f"w:{name}")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _link(paragraph: Any, own: str, target: str, text: str, size: Any) -> None:
    """Write text that leads to a place of the paper, and is one itself."""
    number = 2 * int(own[1:]) + (own[0] == "r")
    for kind in ("bookmarkStart", "bookmarkEnd"):
        mark = OxmlElement(f"w:{kind}")
        mark.set(qn("w:id"), str(number))
        if kind == "bookmarkStart":
            mark.set(qn("w:name"), own)
        paragraph._p.append(mark)
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), target)
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = size, LINK
    link.append(run._r)
    paragraph._p.append(link)


def _add_closing(paper: Any, told: ToldReport, language: Language) -> None:
    """Add who gets a copy at the left, who signs at the right."""
    head = told.letterhead
    table = paper.add_table(rows=1, cols=2)
    _set_widths(table, (Mm(80), Mm(85)))
    left, right = table.rows[0].cells
    if head.recipients:
        text = translate(message("Copies to:"), language)
        _add(left, text, Pt(12), bold=True, italic=True, before=14)
        for number, line in enumerate(head.recipients, 1):
            _add(left, f"- {line}{'.' if number == len(head.recipients) else ';'}", SMALL)
    for number, line in enumerate(head.signer):
        _add(right, line, bold=True, align=ALIGN.CENTER, before=0 if number else 14, upper=True)
    text = translate(message("(signature and full name)"), language)
    _add(right, text, SMALL, italic=True, align=ALIGN.CENTER)
    for _ in range(4):
        _add(right, "")


def _add_annex(paper: Any, told: ToldReport, language: Language) -> None:
    paper.add_page_break()
    title = translate(message("Annex: the rows behind each number"), language)
    _add(paper, title, bold=True, align=ALIGN.CENTER, upper=True)
    _add(paper, translate(ANNEX, language), TINY, italic=True, align=ALIGN.CENTER, before=4)
    for cell in told.cells:
        _add_source(paper, cell, language)


ANNEX = message("File, and numbers of the lines in it; the heading is line 1.")


def _add_source(paper: Any, cell: ToldCell, language: Language) -> None:
    paragraph = _add(paper, "", before=3)
    _link(paragraph, f"r{cell.number}", f"n{cell.number}", f"[{cell.number}]", TINY)
    _write(paragraph, f" {cell.label} = {cell.text}. ", TINY, bold=True)
    if cell.of:
        of = ", ".join(f"[{number}]" for number in cell.of)
        _write(
            paragraph, translate(message("Worked out of {numbers}.", numbers=of), language), TINY
        )
    else:
        _write(paragraph, cell.rows or "–", TINY)


def _settle(content: bytes) -> bytes:
    """Return a paper whose parts bear no time of writing."""
    settled = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name),
                            zipfile.ZIP_DEFLATED)  # fmt: skip
    return settled.getvalue()
