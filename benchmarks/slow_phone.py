"""How long a slow phone works until a driver's page is ready, beside a page of text alone.

Run with ``python -m benchmarks.slow_phone PAGE``; PAGE is a page that ``plan`` wrote. Needs
Chromium and the development dependencies. The page's thread is slowed down six times, as the
browser's own tools do it for a phone of the middle class; what the page itself works is counted,
not what its neighbours take.
"""

import re
import tempfile
from pathlib import Path

import click
from playwright.sync_api import Browser, sync_playwright

from benchmarks.runs import show_pairs

SLOWER = 6
READY = "document.readyState === 'complete'"
DRAWN = "document.documentElement.dataset.ready === 'yes'"


def measure_s(browser: Browser, page_file: Path, ready: str) -> float:
    """Return the seconds that the slowed down page works until it is ready."""
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(page_file.as_uri())
    page.wait_for_function(ready)
    measures = tools.send("Performance.getMetrics")["metrics"]
    context.close()
    return float(next(m["value"] for m in measures if m["name"] == "TaskDuration"))


@click.command()
@click.argument("page", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--runs", default=5, show_default=True, help="Pairs of loads.")
@click.option("--browser", "executable", default=None, help="The browser's program.")
def main(page: Path, runs: int, executable: str | None) -> None:
    """Print the medians in seconds and their ratio, pair by pair."""
    words = re.sub(r"(?s)<(script|style).*?</\1>", "", page.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        text_only = Path(folder) / "text.html"
        text_only.write_text(words, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        pairs = [
            (measure_s(browser, page, DRAWN), measure_s(browser, text_only, READY))
            for _ in range(runs)
        ]
        browser.close()
    show_pairs("page", "text", pairs)


if __name__ == "__main__":
    main()
