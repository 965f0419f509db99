"""Builds XML files whose text can never break them."""

from xml.etree import ElementTree

from exports.text.plain import clean_line


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
