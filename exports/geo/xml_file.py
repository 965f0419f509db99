"""Builds XML files whose text can never break them."""

import re
from xml.etree import ElementTree

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = re.compile(r"[\s\x85\u2028\u2029]+")


def clean_line(text: str) -> str:
    """Return text on one line, without the characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("", _SPACE.sub(" ", text)).strip()


def add_element(
    parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str
) -> ElementTree.Element:
    """Return a new last child of an element; lines of `text` are kept apart.

    Parameters
    ----------
    text
        Each of its lines is cleaned by `clean_line`.
    attributes
        Names and values; values are cleaned too.
    """
    cleaned = {name: clean_line(value) for name, value in attributes.items()}
    element = ElementTree.SubElement(parent, tag, cleaned)
    if text is not None:
        element.text = "\n".join(clean_line(line) for line in text.split("\n"))
    return element


def dump_xml(root: ElementTree.Element) -> bytes:
    """Return an XML file in UTF-8; the same tree gives the same bytes."""
    ElementTree.indent(root, space=" ")
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def write_degrees(value: float) -> str:
    """Return degrees with six decimals, a tenth of a metre."""
    return f"{value:.6f}"
