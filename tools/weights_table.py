"""Writes `docs/weights.md`, the page of all weights, from `province/weights.py`.

Run ``python -m tools.weights_table``.
"""

from pathlib import Path

from province.weights import ROTATION_WEIGHTS, TRIP_WEIGHTS, Weight

PAGE = Path(__file__).resolve().parent.parent / "docs" / "weights.md"
INTRODUCTION = """\
# All weights

What the two optimisers weigh against each other, and where it is set. Hard rules are not among
them (`docs/methods-rotation.md`, `docs/methods-trips.md`): no weight buys them. Keys are those of
`province.toml` (`docs/settings.md`); `module:NAME` is a number in the code. Amounts of money are
in đồng; a folder in another currency gives its own.

This page is written by `python -m tools.weights_table`; a test holds it against the code.
"""
HEAD = "| wish | weight | default | set in | what it means |\n|---|---|---|---|---|"


def write_page() -> str:
    """Return the page."""
    parts = [INTRODUCTION]
    for heading, sentence, weights in (
        ("Rotation", "Points; a use at the easiest library is one point.", ROTATION_WEIGHTS),
        ("Trips", "Money and what counts as money; the least sum is the best.", TRIP_WEIGHTS),
    ):
        parts.append(f"\n## {heading}\n{sentence}\n\n{HEAD}\n")
        parts += [_write_row(weight) for weight in weights]
    return "".join(parts)


def _write_row(weight: Weight) -> str:
    where = f"`{weight.set_in}`" if weight.set_in else "nobody"
    cells = (weight.wish, weight.counts, f"{weight.default:,.10g}", where, weight.sentence)
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
