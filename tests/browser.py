"""Opens pages in any Chromium there is, without a network, and hears everything they say."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
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
def open_page(
    browser: Any, path: Path, *, width: int, height: int, **how: Any
) -> Iterator[tuple[Any, list]]:
    """Yield a page and the list of its complaints: errors, console messages, requests.

    In a window that keeps nothing of any other. More about it as `open_each` takes it.
    """
    with closing(open_each(browser, [path], width=width, height=height, **how)) as opened:
        for _, page, complaints in opened:
            yield page, complaints


def open_each(
    browser: Any,
    paths: Iterable[Path],
    *,
    width: int,
    height: int,
    now: str | None = None,
    first: str = "",
    **options: Any,
) -> Iterator[tuple[Path, Any, list]]:
    """Yield pages one after another, each with its path and the list of its own complaints.

    All in one window, which costs a fifth of one for each: for pages that keep nothing.

    Parameters
    ----------
    now
        What the page's clock says, like ``2026-12-01T08:05``.
    first
        A script that runs before the page's own.
    options
        More about the browser: touch, position, permissions.
    """
    context = browser.new_context(
        offline=True, viewport={"width": width, "height": height}, **options
    )
    page, complaints, address = context.new_page(), [], ""
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("console", lambda said: complaints.append(f"console: {said.text}"))
    page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"),
                                      dialog.dismiss()))  # fmt: skip
    page.on(
        "request",
        lambda request: (
            complaints.append(f"request: {request.url}")
            if request.url != address and not request.url.startswith(("data:", "blob:"))
            else None
        ),
    )
    if now:
        page.clock.set_fixed_time(now)
    if first:
        page.add_init_script(first)
    try:
        for path in paths:
            if address:  # as a new window would be
                page.emulate_media(media="null")
                page.set_viewport_size({"width": width, "height": height})
            address, complaints = path.as_uri(), []
            page.goto(address)
            wait_ready(page)
            yield path, page, complaints
    finally:
        context.close()


def wait_ready(page: Any) -> None:
    """Wait until the page's script has done its work."""
    page.wait_for_selector("html[data-ready=yes]", timeout=15_000)


def click_all(page: Any, selector: str) -> None:
    """Click everything of a kind, in the order of the page, shown or not."""
    page.evaluate(
        "selector => document.querySelectorAll(selector).forEach((element) => "
        "element.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true})))",
        selector,
    )


FAINT_TEXTS = """(least) => {
  const linear = (v) => v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
  const light = (c) => c.map((v) => linear(v / 255))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement, box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if (!node.textContent.trim() || !box.width || style.visibility === "hidden"
        || element.closest("script,style,noscript,option,.leaflet-container,svg")) continue;
    let under = element, back = [255, 255, 255];
    for (; under; under = under.parentElement) {
      const fill = parse(getComputedStyle(under).backgroundColor);
      if (fill.length === 3 || fill[3] > 0.5) { back = fill.slice(0, 3); break; }
    }
    const ink = parse(style.color);
    if (ink[3] === 0) continue;
    const pair = [light(ink.slice(0, 3)), light(back)].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < least(element)) faint.push(`${contrast.toFixed(2)} ${node.textContent.trim()}`);
  }
  return faint;
}"""


def list_faint_texts(page: Any, *, main: str, main_least: float, least: float) -> list[str]:
    """Return visible texts whose contrast (WCAG 2) is less than asked for.

    Parameters
    ----------
    main
        Selector of what must have `main_least`; everything else must have `least`.
    """
    limits = f"(element) => element.closest({main!r}) ? {main_least} : {least}"
    return list(page.evaluate(f"({FAINT_TEXTS})({limits})"))


def list_small_targets(page: Any, selector: str, *, least: int = 44) -> list[str]:
    """Return visible things to tap that are lower or narrower than a thumb needs."""
    return [
        f"{target.evaluate('e => e.outerHTML.slice(0, 90)')} {box}"
        for target in page.locator(selector).all()
        if target.is_visible() and (box := target.bounding_box())
        and min(box["width"], box["height"]) < least - 0.5
    ]  # fmt: skip


def overflow(page: Any) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
