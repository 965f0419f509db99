"""Opens pages in any Chromium there is, without a network, and hears everything they say."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
         "msedge")  # fmt: skip


def find_chromium() -> str:
    """Return a browser's path; skip without one, or fail where one is required."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    text = "no Chromium found, so no page was opened"
    if os.environ.get("LUANCHUYEN_BROWSER_REQUIRED") == "1":
        pytest.fail(text)
    pytest.skip(text)


@contextmanager
def open_browser() -> Iterator[Any]:
    sync = pytest.importorskip("playwright.sync_api")
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Any, path: Path, *, width: int, height: int) -> Iterator[tuple[Any, list]]:
    """Yield a page and the list of its complaints: errors, console messages, requests."""
    context = browser.new_context(offline=True, viewport={"width": width, "height": height})
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("console", lambda said: complaints.append(f"console: {said.text}"))
    page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"),
                                      dialog.dismiss()))  # fmt: skip
    page.on(
        "request",
        lambda request: (
            complaints.append(f"request: {request.url}")
            if request.url != path.as_uri() and not request.url.startswith("data:")
            else None
        ),
    )
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready=yes]", timeout=15_000)
    yield page, complaints
    context.close()


def overflow(page: Any) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
