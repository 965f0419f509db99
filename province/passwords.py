"""Keeps passwords out of what is shown: addresses of servers may hold one."""

import re


def hide_passwords(text: str) -> str:
    """Return text in which the passwords of URLs are dots."""
    text = re.sub(r"(://[^\s:/@]*):\S*@", r"\1:…@", text)
    return re.sub(r"(?i)(password=)[^&\s\"']+", r"\1…", text)
