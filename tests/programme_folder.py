"""The small province with a programme: every table, goals, criteria, a date of a report."""

from pathlib import Path

PROGRAMME = Path(__file__).parent / "programme"
TABLES = {path.name: path.read_text(encoding="utf-8") for path in sorted(PROGRAMME.glob("*.csv"))}
SETTINGS = (PROGRAMME / "goals.toml").read_text(encoding="utf-8")


def add_programme(folder: Path) -> Path:
    """Write the programme into a copy of the small province folder."""
    for name, text in TABLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = folder / "province.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n" + SETTINGS, encoding="utf-8")
    return folder
