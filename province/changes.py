"""A change of the province folder that somebody may make: one cell and its new value."""

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
        return message(
            "set {column} of {row} in {file} to {value}",
            column=self.column,
            row=self.row,
            file=self.file,
            value=self.value,
        )
