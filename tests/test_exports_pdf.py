"""Papers as PDF: every letter there, nothing cut, one clear message when something is missing."""

import builtins
import os
import re
import subprocess
import sys
import threading
import time
import unicodedata
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from plan_fixture import make_plan

import cli
from exports.driver import trip_page
from exports.pages.pdf import make_pdf
from exports.pages.template import laid_out_for_pdf
from exports.papers import box_labels, commune_notice, handover, loading_list, summary
from exports.write import DOCUMENTS, write_documents
from province.errors import InputError
from province.facts import Province

LETTERS = "ĂÂĐÊÔƠƯăâđêôơư" + "".join(
    unicodedata.normalize("NFC", letter + mark)
    for letter in "AĂÂEÊIOÔƠUƯYaăâeêioôơuưy"
    for mark in "\u0300\u0301\u0303\u0309\u0323"
)
LATVIAN = "ĀČĒĢĪĶĻŅŠŪŽāčēģīķļņšūž"
A4 = (pytest.approx(595.3, abs=0.5), pytest.approx(841.9, abs=0.5))


@pytest.fixture(scope="module", autouse=True)
def _weasyprint() -> None:
    pytest.importorskip("weasyprint", exc_type=(ImportError, OSError))


def read(content: bytes):
    return pytest.importorskip("pypdf").PdfReader(BytesIO(content))


def words(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in read(content).pages)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))


def page_of(draw, small: Province, language="vi") -> str:
    with laid_out_for_pdf():
        return next(iter(draw(make_plan(small), small, language)))[1].decode("utf-8")


@pytest.mark.parametrize("style", ["handover.css", "list.css", "driver.css"])
def test_every_letter_of_our_languages_is_in_the_pdf(small: Province, style: str) -> None:
    draw = {"handover.css": handover.draw, "list.css": loading_list.draw,
            "driver.css": trip_page.draw}[style]  # fmt: skip
    page = page_of(draw, small)
    spelt = "".join(f"<p>{LETTERS[n : n + 30]}</p>" for n in range(0, len(LETTERS), 30))
    text = words(make_pdf(page.replace("</body>", f"{spelt}<p>{LATVIAN}</p></body>")))
    assert set(LETTERS) - set(text) == set()
    assert set(LATVIAN) - set(text) == set()


def test_a_handover_record_is_one_sheet_with_all_its_words(small: Province) -> None:
    content = make_pdf(page_of(handover.draw, small))
    pages = read(content).pages
    assert len(pages) == 4
    for page in pages:
        assert (page.mediabox.width, page.mediabox.height) == A4
        text = re.sub(r"\s+", " ", page.extract_text())
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
        assert "Độc lập - Tự do - Hạnh phúc" in text
        assert "THƯ VIỆN TỈNH MƯỜNG NHỎ" in text


def test_a_driver_sheet_has_its_words_and_its_picture(small: Province) -> None:
    page = page_of(trip_page.draw, small)
    text = words(make_pdf(page))
    for stop in make_plan(small).trips.trips[0].stops:
        assert small.site_by_id[stop.site_id].name in text
    drawing = read(make_pdf(page)).pages[0].get_contents().get_data()
    assert drawing.count(b" l\n") + drawing.count(b" c\n") > 100  # lines of the picture


@pytest.mark.parametrize("language", ["vi", "en", "lv"])
def test_the_summary_is_one_page(small: Province, language) -> None:
    assert len(read(make_pdf(page_of(summary.draw, small, language))).pages) == 1


def test_labels_lie_on_as_many_sheets_as_on_the_screen(small: Province) -> None:
    page = page_of(box_labels.draw, small)
    assert len(read(make_pdf(page)).pages) == page.count("<section")


@pytest.mark.parametrize("has_harfbuzz", [True, False])
def test_the_same_page_gives_the_same_bytes_at_another_time(
    small: Province, monkeypatch, has_harfbuzz
) -> None:
    import weasyprint.pdf.fonts

    if not has_harfbuzz:  # fonts are then written by a library that notes the second
        monkeypatch.setattr(weasyprint.pdf.fonts, "harfbuzz_subset", None)
    page = page_of(commune_notice.draw, small)
    first = make_pdf(page)
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert make_pdf(page) == first


def test_documents_are_written_as_pdf_on_demand(small: Province, tmp_path: Path) -> None:
    plan, only = make_plan(small), ("summary", "trips")
    files = write_documents(
        plan, small, tmp_path / "m", language="vi", only=only, overwrite=False, as_pdf=True
    )
    assert [path.name for path in files] == ["trips.csv", "summary.html", "summary.pdf"]
    assert (tmp_path / "m" / "summary.pdf").read_bytes().startswith(b"%PDF")
    write_documents(plan, small, tmp_path / "m", language="en", only=only, overwrite=True)
    assert not (tmp_path / "m" / "summary.pdf").exists()  # it would show the old page


def test_what_people_print_are_pages() -> None:
    files = {document.name: document.files for document in DOCUMENTS if document.is_paper}
    assert {"drivers", "handovers", "labels", "loading", "notices", "rides", "summary"} <= set(
        files
    )
    assert all(file.endswith(".html") for file in files.values())


def test_nothing_is_fetched(small: Province, tmp_path: Path) -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    secret = tmp_path / "secret.css"
    secret.write_text("body{display:none}", encoding="utf-8")
    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = page_of(commune_notice.draw, small)
        address = f"http://127.0.0.1:{server.server_port}/x.png"
        strange = page.replace("</body>", f'<img src="{address}"></body>').replace(
            "</head>", f'<link rel="stylesheet" href="{secret.as_uri()}"></head>'
        )
        assert "THƯ VIỆN TỈNH MƯỜNG NHỎ" in words(make_pdf(strange))
    finally:
        server.shutdown()
    assert asked == []


def test_a_letter_that_no_font_has_is_a_finding(tmp_path: Path) -> None:
    rare = "\U0001df00"  # LATIN SMALL LETTER FENG DIGRAPH WITH TRILL, which few fonts draw
    caught = None
    try:
        make_pdf(f"<html><head></head><body>{rare}</body></html>")
    except InputError as error:
        caught = error
    if caught is None:
        pytest.skip("a font of this machine has the letter")
    assert caught.exit_code == 3
    assert caught.findings[0].value == rare
    assert "fonts-noto-core" in str(caught.findings[0].advice)
    assert not (tmp_path / "x.pdf").exists()


def test_a_machine_without_fonts_is_told_to_install_one(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    settings = tmp_path / "fonts.conf"
    settings.write_text(
        f"<fontconfig><dir>{tmp_path / 'fonts'}</dir>"
        f"<cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    program = "import sys; from exports.pages.pdf import make_pdf; make_pdf('<p>Độc lập</p>')"
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"FONTCONFIG_FILE": str(settings)},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        check=False,
    )
    if answer.returncode == 0:
        pytest.skip("fonts of this machine do not come from fontconfig")
    assert b"InputError" in answer.stderr
    assert b"fonts-noto-core" in answer.stderr


def test_export_writes_pdf_and_says_what_is_missing(
    small: Province, small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    plans = small_folder / "plans" / "2026-12"
    write_documents(make_plan(small), small, plans, language="en", only=("plan",), overwrite=False)
    words = [
        "luanchuyen",
        "--lang",
        "en",
        "export",
        str(small_folder),
        "--only",
        "notices",
        "--pdf",
    ]
    monkeypatch.setattr(sys, "argv", [*words, "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    written = sorted(path.name for path in (tmp_path / "out" / "notices").iterdir())
    assert {path.rsplit(".")[1] for path in written} == {"html", "pdf"}
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    monkeypatch.setattr(sys, "argv", [*words, "--out", str(tmp_path / "other")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 3
    assert 'pip install "luanchuyen[pdf]"' in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_without_the_extra_there_is_one_clear_message(monkeypatch, tmp_path: Path) -> None:
    real = builtins.__import__

    def refuse(name, *rest, **more):
        if name == "weasyprint":
            raise ImportError("No module named 'weasyprint'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(InputError) as caught:
        make_pdf("<p>x</p>")
    assert caught.value.exit_code == 3
    (finding,) = caught.value.findings
    assert "luanchuyen[pdf]" in str(finding.advice)
    assert not (tmp_path / "x.pdf").exists()


def test_without_pango_the_message_names_its_packages(monkeypatch, tmp_path: Path) -> None:
    real = builtins.__import__

    def refuse(name, *rest, **more):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'\nmore")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(InputError) as caught:
        make_pdf("<p>x</p>")
    assert "libpango-1.0-0" in str(caught.value.findings[0].advice)
