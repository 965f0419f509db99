"""Layers of many provinces in one file each; every province adds its rows, and none is kept."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from exports.frames.layers import Layer
from exports.gis.geopackage import add_layers
from province.dates import Month
from province.errors import InputError
from province.language import Language, message, translate

GEO = b"geo"
"""Where a table of GeoParquet tells of its geometries."""


@dataclass(frozen=True, slots=True)
class LayerFiles:
    """Files that grow by the layers of one province after the other.

    Parameters
    ----------
    geopackage
        The one with all layers.
    room
        An empty folder for parts, where there shall be GeoParquet too; None if not.
    """

    geopackage: Path
    month: Month
    language: Language
    room: Path | None

    def add(self, layers: Sequence[Layer], province: str) -> None:
        """Add the layers of a province, each row with its name."""
        named = [
            dataclasses.replace(layer, frame=layer.frame.assign(province=province))
            for layer in layers
        ]
        titled = [(layer, translate(layer.title, self.language)) for layer in named]
        add_layers(self.geopackage, titled, self.month)
        for layer in named if self.room is not None else ():
            self._write_part(layer)

    def _write_part(self, layer: Layer) -> None:
        assert self.room is not None
        folder = self.room / layer.name
        folder.mkdir(exist_ok=True)
        number = len(list(folder.iterdir()))
        # An empty layer has no box, which GeoParquet asks for; the first part tells the columns.
        if len(layer.frame) or not number:
            layer.frame.to_parquet(folder / f"{number:06}.parquet", index=False)

    def join(self, folder: Path) -> tuple[str, ...]:
        """Write each layer's parts as one file of GeoParquet; return the names, in order."""
        if self.room is None:
            return ()
        names = []
        for own in sorted(self.room.iterdir()):
            names.append(f"region-{own.name}.parquet")
            _join_parts(sorted(own.iterdir()), folder / names[-1])
        return tuple(names)


def _join_parts(parts: Sequence[Path], target: Path) -> None:
    """Write tables of GeoParquet with the same columns as one, a part at a time."""
    import pyarrow
    from pyarrow import parquet

    schemas = [parquet.read_schema(part) for part in parts]
    # A column in which a part has nothing has no type there.
    whole = pyarrow.unify_schemas(schemas).with_metadata(_join_metadata(schemas))
    with parquet.ParquetWriter(target, whole, compression="snappy") as writer:
        for part in parts:
            table = parquet.read_table(part)
            if len(table):
                writer.write_table(table.replace_schema_metadata(whole.metadata).cast(whole))


def _join_metadata(schemas: Sequence[Any]) -> dict[bytes, bytes]:
    """Return the metadata of all parts: the geometries' types and box are those of all."""
    told = [json.loads(schema.metadata[GEO]) for schema in schemas]
    columns = [geo["columns"][geo["primary_column"]] for geo in told]
    whole: dict[str, Any] = columns[0]
    whole["geometry_types"] = sorted({kind for one in columns for kind in one["geometry_types"]})
    if boxes := [one["bbox"] for one in columns if one.get("bbox")]:
        west, south, east, north = zip(*boxes, strict=True)
        whole["bbox"] = [min(west), min(south), max(east), max(north)]
    return {**schemas[0].metadata, GEO: json.dumps(told[0]).encode()}


def refuse_without_arrow() -> None:
    """Raise InputError if what writes Parquet is missing."""
    if find_spec("pyarrow") is None:
        raise InputError.of(
            "--parquet", "", "pyarrow",
            expected=message("the extra parquet"),
            advice=message("install it with: pip install 'luanchuyen[parquet]'"),
        )  # fmt: skip
