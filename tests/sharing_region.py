"""A region of two small provinces: one has tales in Mông and few who read them, one the readers.

`Thừa sách` has five batches of 70 tales in Mông besides, B7 to B11; of its people 2 % read Mông.
In `Thiếu sách` 90 % do, there are ten times as many pupils, and no book in Mông can travel: its B4
is in repair. Money counts little, so that runs pay.
"""

import shutil
from pathlib import Path

from conftest import SMALL

from region.read_region import Region, read_region

RICH, POOR = "Thừa sách", "Thiếu sách"


def make_region(folder: Path, rules: str = "") -> Region:
    """Make the folder; `rules` stand in `[sharing]`."""
    for name in (RICH, POOR):
        shutil.copytree(SMALL, folder / name)
        settings = (folder / name / "province.toml").read_text("utf-8")
        share = "0.02" if name == RICH else "0.9"
        settings = settings.replace("hmn = 0.3", f"hmn = {share}")
        settings = settings.replace("[rotation]\n", "[rotation]\nuses_per_million = 1\n"
                                    "weight_visit = 1\n")  # fmt: skip
        (folder / name / "province.toml").write_text(settings.replace("Mường Nhỏ", name), "utf-8")
    table = folder / RICH / "batches.csv"
    more = "".join(
        f"B{n},Lô Mông {n},70,2,30,,,70,Thư viện tỉnh,,good,KHO,\n" for n in range(7, 12)
    )
    table.write_text(table.read_text("utf-8") + more, "utf-8")
    table = folder / POOR / "batches.csv"
    table.write_text(table.read_text("utf-8").replace(",,worn,", ",,repair,"), "utf-8")
    table = folder / POOR / "libraries.csv"
    text = table.read_text("utf-8")
    for few, many in (
        (",600,,", ",6000,,"),
        (",260,vi|hmn", ",2600,vi|hmn"),
        (",180,,", ",1800,,"),
    ):
        assert few in text
        text = text.replace(few, many)
    table.write_text(text.replace(",4200,", ",9200,").replace(",1800,260", ",9800,260"), "utf-8")
    text = f'[region]\nname = "Miền <b>núi</b>"\n[sharing]\n{rules}\n'
    (folder / "region.toml").write_text(text, "utf-8")
    return read_region(folder)
