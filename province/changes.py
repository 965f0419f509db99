"""Changes of the province folder that somebody may make: a cell, a row more, a row less."""

from dataclasses import dataclass

from province.language import Message, message


@dataclass(frozen=True, slots=True)
class Change:
    """One cell of a province folder that takes another value.

    Parameters
    ----------
    file
        Name of the file within the folder.
    row
        The id of the row (of the feature in `roads.geojson`); the section in `province.toml`.
    column
        The column, the property, or the setting.
    value
        What is to stand there, as it is written in the file.
    """

    file: str
    row: str
    column: str
    value: str

    @property
    def sentence(self) -> Message:
        """What to do, in words."""
        if not self.value:
            return message(
                "empty {column} of {row} in {file}",
                column=self.column,
                row=self.row,
                file=self.file,
            )
        return message(
            "set {column} of {row} in {file} to {value}",
            column=self.column,
            row=self.row,
            file=self.file,
            value=self.value,
        )


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row that a table of the folder gets; `cells` are those that are not empty, by heading."""

    file: str
    row: str
    cells: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> Message:
        """What to do, in words."""
        cells = ", ".join(f"{column} = {value}" for column, value in self.cells)
        return message("add to {file}: {cells}", file=self.file, cells=cells)


@dataclass(frozen=True, slots=True)
class LostRow:
    """A row, named by its id, that a table of the folder loses."""

    file: str
    row: str

    @property
    def sentence(self) -> Message:
        """What to do, in words."""
        return message("delete the row {row} of {file}", row=self.row, file=self.file)


Edit = Change | NewRow | LostRow
