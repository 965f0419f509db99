"""Draws charts as pictures that are part of the page: no script, no network, the same on paper.

Every look stands in attributes, because PDF writers do not apply a page's style to its pictures.
"""

from collections.abc import Sequence

from markupsafe import Markup

from exports.pages.marks import join

FONTS = "Noto Sans, Segoe UI, Roboto, Arial, DejaVu Sans, sans-serif"
WIDTH, HEIGHT = 340, 150
_INK, _GREY, _PALE = "#1c2321", "#5b6762", "#e3e8e4"


def draw_columns(
    columns: Sequence[tuple[str, Sequence[float]]], *, colours: Sequence[str], label: str
) -> Markup:
    """Return stacked columns with their sum above and a name below each.

    Parameters
    ----------
    columns
        Name and parts of each column, from the bottom up; at least one column.
    colours
        One for each part.
    label
        What the chart shows, for those who cannot see it.
    """
    top = max((sum(parts) for _, parts in columns), default=0) or 1
    left, right, floor, ceiling = 4, WIDTH - 4, HEIGHT - 24, 22
    step = (right - left) / max(1, len(columns))
    width = min(44.0, step * 0.68)
    shapes = [_line(left, floor, right, floor)]
    for number, (name, parts) in enumerate(columns):
        middle, base = left + (number + 0.5) * step, float(floor)
        for part, colour in zip(parts, colours, strict=True):
            height = (floor - ceiling) * part / top
            if part:
                shapes.append(_rect(middle - width / 2, base - height, width, height, colour))
            base -= height
        total = sum(parts)
        shapes.append(_text(middle, base - 5, f"{total:g}", size=12, weight=700))
        shapes.append(_text(middle, floor + 16, name, size=11, colour=_GREY))
    return _picture(shapes, WIDTH, HEIGHT, label)


def draw_share(share: float, *, colour: str, label: str) -> Markup:
    """Return a bar that is filled by a share, 0 to 1."""
    height, width = 14, 340
    shapes = [
        _rect(0, 3, width, height - 6, _PALE),
        _rect(0, 3, width * min(1.0, max(0.0, share)), height - 6, colour),
    ]
    return _picture(shapes, width, height, label, stretches=True)


def _picture(
    shapes: Sequence[Markup], width: float, height: float, label: str, *, stretches: bool = False
) -> Markup:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {:g} {:g}" width="100%" '
        '{}role="img" aria-label="{}">{}</svg>'
    ).format(
        width,
        height,
        Markup('height="{:g}" preserveAspectRatio="none" ').format(height) if stretches else "",
        label,
        join(shapes),
    )


def _rect(x: float, y: float, width: float, height: float, colour: str) -> Markup:
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>').format(
        x, y, width, height, colour
    )


def _line(
    x: float, y: float, to_x: float, to_y: float, *, colour: str = "#9aa6a0", thickness: float = 1
) -> Markup:
    return Markup(
        '<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="{:g}"/>'
    ).format(x, y, to_x, to_y, colour, thickness)


def _text(
    x: float, y: float, text: str, *, size: float, colour: str = _INK, weight: int = 400
) -> Markup:
    return Markup(
        '<text x="{:.1f}" y="{:.1f}" text-anchor="middle" font-family="{}" font-size="{:g}" '
        'font-weight="{}" fill="{}">{}</text>'
    ).format(x, y, FONTS, size, weight, colour, text)
