"""What proves a handover: taken on the phone, read, kept, shown; nothing else gets in."""

import base64
import dataclasses
import hashlib
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from browser import (
    list_faint_texts,
    list_small_targets,
    open_page,
    overflow,
    wait_ready,
)
from click.testing import CliRunner
from conftest import SMALL
from PIL import Image
from recording import read_ledger, record
from result_sheets import make_trip_plan, read_good

from cli import command
from exports.write import write_documents
from planning.plan_file import dump_plan, read_plan
from province.errors import InputError, LedgerError
from province.journal import EntryType
from province.ledger.proof_files import read_picture
from province.read import read_province
from province.result_sheets.proofs import MOST_PHOTO_BYTES, PHOTO_HEAD, strip_jpeg
from province.results import list_standing_results

PHONE = {"width": 390, "height": 844}
NEAR = {"latitude": 21.3012, "longitude": 104.001, "accuracy": 12}
SIGNED = {"signed_by": "Quàng Văn Đức", "signed_at": "08:55", "signature": "M10 10 90 60M5 5 7 9",
          "position": "21.30120 104.00100 12"}  # fmt: skip


def make_photo(side: int = 64, **options: Any) -> bytes:
    image, kept = Image.effect_noise((side, side), 60).convert("RGB"), io.BytesIO()
    image.save(kept, "JPEG", **{"quality": 40} | options)
    return kept.getvalue()


def address(content: bytes) -> str:
    return PHOTO_HEAD + base64.b64encode(content).decode("ascii")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(SMALL, tmp_path / "p"))
    (folder / "plans" / "2026-12").mkdir(parents=True)
    plan = make_trip_plan(read_province(folder))
    (folder / "plans" / "2026-12" / "plan.json").write_bytes(dump_plan(plan))
    return folder


def sign(page: Any, stop: int) -> None:
    pad = page.locator(f"#stop-{stop} canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=6)
    page.mouse.move(box["x"] + 250, box["y"] + 30, steps=6)
    page.mouse.up()


def write_page(folder: Path) -> Path:
    plan = read_plan(folder / "plans" / "2026-12" / "plan.json")
    files = write_documents(
        plan, read_province(folder), folder / "m", language="en", only=("drivers",), overwrite=True
    )
    return files[0]


def test_signed_on_the_phone_recorded_and_shown(browser: Any, folder: Path, tmp_path: Path) -> None:
    Image.effect_noise((900, 700), 90).convert("RGB").save(tmp_path / "big.png")
    allowed = {"permissions": ["geolocation"], "geolocation": NEAR}
    file = write_page(folder)
    with open_page(browser, file, now="2026-12-01T08:55", **PHONE, **allowed) as (page, said):
        page.locator("#stop-1 .proof summary").click()
        assert page.locator("#stop-1 [data-clear]").is_hidden()
        sign(page, 1)
        page.locator("#stop-1 [data-place]", has_text="169 m").wait_for()
        page.locator("#stop-1 [data-photo]").set_input_files(tmp_path / "big.png")
        page.locator("#stop-1 .proof img").wait_for()
        page.locator("[name='s1.signed_by']").fill("Quàng Văn Đức")
        assert overflow(page) <= 0
        assert list_small_targets(page, ".proof button, .proof label, .proof summary") == []
        assert list_faint_texts(page, main="h2", main_least=7, least=4.5) == []
        assert page.locator("#send").is_disabled()
        page.locator("nav.days [data-day=all]").click()
        for stop in (1, 2, 3):
            page.locator(f"[data-done='{stop}']").click()
        page.reload()
        wait_ready(page)
        page.locator("nav.days [data-day='0']").click()
        page.locator("#stop-1 .proof summary").click()
        page.locator("#stop-1 .proof img").wait_for()  # it was kept
        assert "data:image" not in page.locator("#text").input_value()
        with page.expect_download() as waiting:
            page.locator("#save").click()
        assert "Everything is sent" not in page.locator("#reported").inner_text()
        sheet = Path(shutil.copy(waiting.value.path(), tmp_path / "sent.csv"))
        assert said == []
    answer = CliRunner().invoke(command, ["record", str(folder), str(sheet), "--json"])
    assert answer.exit_code == 0, answer.output
    (told,) = json.loads(answer.stdout)["signed"]
    assert (told["signed_by"], told["signed_at"], told["is_far"]) == (
        "Quàng Văn Đức", "08:55", False,
    )  # fmt: skip
    assert 165 < told["distance_m"] < 175
    photo = read_picture(folder, told["photo"], "jpg")
    assert photo is not None
    assert len(photo) <= MOST_PHOTO_BYTES
    assert max(Image.open(io.BytesIO(photo)).size) >= 240
    shown = draw_handover(folder)
    assert f"data:image/jpeg;base64,{base64.b64encode(photo).decode()}" in shown
    assert "169 m from the site" in shown
    assert "Quàng Văn Đức" in shown


def draw_handover(folder: Path) -> str:
    plan = read_plan(folder / "plans" / "2026-12" / "plan.json")
    files = write_documents(
        plan, read_province(folder), folder / "h", language="en", only=("handovers",),
        overwrite=True,
    )  # fmt: skip
    return files[0].read_text(encoding="utf-8")


def test_without_a_position_signing_goes_on(browser: Any, folder: Path) -> None:
    file = write_page(folder)
    with open_page(browser, file, **PHONE) as (page, said):
        page.locator("#stop-1 .proof summary").click()
        sign(page, 1)
        page.locator("#stop-1 [data-place]", has_text="no position").wait_for()
        page.locator("[data-done='1']").click()
        assert page.locator("#send").is_enabled()
        assert ",M" in page.locator("#text").input_value()
        page.locator("#stop-1 [data-clear]").click()
        assert ",M" not in page.locator("#text").input_value()
        assert said == []


def test_a_page_that_nobody_may_ask_for_a_place_still_takes_a_signature(
    browser: Any, folder: Path
) -> None:
    gone = "Object.defineProperty(navigator, 'geolocation', {value: undefined})"
    with open_page(browser, write_page(folder), first=gone, **PHONE) as (page, said):
        page.locator("#stop-1 .proof summary").click()
        sign(page, 1)
        page.locator("[data-done='1']").click()
        assert ",M" in page.locator("#text").input_value()
        assert said == []


def test_far_away_is_a_warning(folder: Path) -> None:
    sheet = SIGNED | {"position": "21.35 104.0 20"}
    told = record(folder, {2: sheet})
    (one,) = told.proofs
    assert one.is_far
    assert 5500 < (one.proof.distance_m or 0) < 5600
    nearly = record(folder, {5: SIGNED | {"position": "21.4047 104.0 30"}}, name="other.csv")
    assert [p.is_far for p in nearly.proofs] == [False]  # 523 m, give or take 30


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"signature": '"><script>alert(1)</script>'}, "a signature as"),
        ({"signature": "M10 10 9999 3"}, "a signature as"),
        ({"signature": "M10 10"}, "a signature as"),
        ({"signature": "M601 10 5 5"}, "a signature as"),
        ({"signature": "M1 1" + " 2 2" * 4000}, "a signature as"),
        ({"position": "91 104 5"}, "latitude"),
        ({"position": "javascript:1"}, "latitude"),
        ({"photo": "https://example.org/p.jpg"}, "a JPEG"),
        ({"photo": "data:text/html;base64,PHNjcmlwdD4="}, "a JPEG"),
        ({"photo": address(b"<svg onload=alert(1)>")}, "a JPEG"),
        ({"photo": address(b"GIF89a" + make_photo())}, "a JPEG"),
        ({"photo": address(make_photo() + b"<script>alert(1)</script>")}, "a JPEG"),
        ({"photo": address(make_photo()[:-40])}, "a JPEG"),
        ({"photo": address(make_photo(side=320, quality=75))}, "a JPEG"),
        ({"photo": PHOTO_HEAD + "%%%"}, "a JPEG"),
        ({"signed_by": "x" * 101}, "signed_by"),
    ],
)
def test_what_is_no_proof_is_refused(folder: Path, cells: dict[str, str], said: str) -> None:
    with pytest.raises(InputError) as caught:
        record(folder, {2: cells})
    assert said in str(caught.value)
    assert not (folder / "proofs").exists()


def test_a_photo_keeps_its_picture_and_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    whole = make_photo(exif=exif, comment=b"<?php", icc_profile=b"x" * 300)
    plain = strip_jpeg(whole)
    assert b"script" in whole
    assert b"script" not in plain
    assert b"<?php" not in plain
    before, after = (Image.open(io.BytesIO(one)).convert("RGB") for one in (whole, plain))
    assert before.tobytes() == after.tobytes()
    assert strip_jpeg(plain) == plain
    progressive = make_photo(progressive=True)
    assert Image.open(io.BytesIO(strip_jpeg(progressive))).size == (64, 64)
    for end in range(2, len(plain) - 2, 97):
        assert strip_jpeg(plain[:end]) == b""


def test_pictures_are_named_by_what_they_hold_and_proved_when_shown(folder: Path) -> None:
    photo = make_photo()
    record(folder, {2: SIGNED | {"photo": address(photo)}})
    names = sorted(path.name for path in (folder / "proofs").iterdir())
    assert len(names) == 2
    for path in (folder / "proofs").iterdir():
        assert path.stem == hashlib.sha256(path.read_bytes()).hexdigest()
    drawn = next(path for path in (folder / "proofs").iterdir() if path.suffix == ".svg")
    assert "M10 10 90 60M5 5 7 9" in drawn.read_text()
    drawn.write_text("<svg onload='alert(1)'/>")
    shown = draw_handover(folder)
    assert "onload" not in shown
    assert "missing in the folder proofs" in shown


def test_a_conflict_keeps_no_picture(folder: Path) -> None:
    with pytest.raises(LedgerError):
        record(folder, {2: SIGNED | {"site_id": "TV2", "photo": address(make_photo())}})
    assert not (folder / "proofs").exists()


def test_a_photo_that_comes_later_joins_what_was_recorded(folder: Path) -> None:
    record(folder, {2: SIGNED})
    late = record(folder, {2: SIGNED | {"photo": address(make_photo())}}, name="file.csv")
    assert (late.num_new, late.entries, late.settled) == (1, (), ())
    again = record(folder, {2: SIGNED}, name="text.csv")
    assert again.num_new == 0
    ledger = read_ledger(folder)
    assert ledger is not None
    (proof,) = [r.row.proof for r in list_standing_results(ledger.results) if r.row.proof]
    assert proof.signature
    assert proof.photo
    assert proof.signed_by == "Quàng Văn Đức"


def test_hostile_signer_is_text_everywhere(folder: Path) -> None:
    record(folder, {2: SIGNED | {"signed_by": "<img src=x onerror=alert(1)>"}})
    shown = draw_handover(folder)
    assert "<img src=x" not in shown
    assert "&lt;img src=x" in shown


def test_the_month_on_the_map_says_what_is_signed(folder: Path) -> None:
    record(folder, {2: SIGNED})
    plan = read_plan(folder / "plans" / "2026-12" / "plan.json")
    plan = dataclasses.replace(plan, standing_trips=())
    files = write_documents(
        plan, read_province(folder), folder / "r", language="en", only=("routes",), overwrite=True
    )
    assert "Signed: \\u003cbdi\\u003eQuàng Văn Đức" in files[0].read_text(encoding="utf-8")


def test_old_sheets_without_these_columns_are_read(folder: Path) -> None:
    assert "signature" not in read_good()[0]
    assert record(folder).proofs == ()


def test_a_run_that_dies_before_the_ledger_is_written_loses_and_doubles_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = {2: SIGNED | {"photo": address(make_photo())}, 3: {"on_loan": "5"}}

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("province.ledger.append.append_rows", die)
        with pytest.raises(KeyboardInterrupt):
            record(folder, cells)
    assert read_ledger(folder) is None
    left = sorted(path.name for path in (folder / "proofs").iterdir())
    record(folder, cells)
    assert sorted(path.name for path in (folder / "proofs").iterdir()) == left
    ledger = read_ledger(folder)
    assert ledger is not None
    assert [e.books for e in ledger.entries if e.entry_type is EntryType.ON_LOAN] == [5]
