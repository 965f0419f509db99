"""Draws charts as pictures that are part of a page."""

from collections.abc import Sequence

from markupsafe import Markup

from exports.pages.template import read_macros

WIDTH, HEIGHT = 340, 150


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
    charts = read_macros("pages/charts.html.j2", "en")  # no words of ours in them
    return Markup(charts.columns(columns, colours, label, WIDTH, HEIGHT))


def draw_share(share: float, *, colour: str, label: str) -> Markup:
    """Return a bar that is filled by a share, 0 to 1."""
    return Markup(read_macros("pages/charts.html.j2", "en").share(share, colour, label))
