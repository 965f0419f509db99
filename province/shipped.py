"""Where the data that ships with the program lies."""

from pathlib import Path


def find_shipped(*parts: str) -> Path:
    """Return a path inside the shipped data, installed or in a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "data"
    return (installed if installed.is_dir() else here.parent / "data").joinpath(*parts)


def list_examples() -> tuple[str, ...]:
    """Return the names of the province folders that ship as examples."""
    root = find_shipped()
    return tuple(sorted(path.parent.name for path in root.glob("*/province.toml")))
