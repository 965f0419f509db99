"""What every part of `province.toml` shares: strict values, bounded numbers."""

from typing import Annotated, Any, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from province.cells import MOST_EXACT, clean_text
from province.findings import CellError
from province.invisible import INVISIBLE
from province.language import message

PositiveInt = Annotated[int, Field(gt=0, le=1_000_000)]
NotNegative = Annotated[float, Field(ge=0, le=1_000_000_000)]


class Part(BaseModel):
    """A part of the settings: nothing unknown, nothing that is not what it seems."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _plain(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse yes and no where a number stands, numbers nobody can mean, hidden characters."""
        kind = cls.model_fields[info.field_name or ""].annotation
        is_truth = kind is bool
        parts = [value]
        if isinstance(value, dict) and get_origin(kind) is dict:
            parts = list(value.values())
        elif isinstance(value, list | tuple):
            parts = list(value)
        for part in parts:
            if isinstance(part, bool) and not is_truth:
                raise CellError(
                    message("a number or a text, not yes or no"), message("correct the value")
                )
            if isinstance(part, int) and abs(part) > MOST_EXACT:
                raise CellError(message("a smaller number"), message("correct the number"))
            if isinstance(part, str) and INVISIBLE.search(clean_text(part)):
                raise CellError(
                    message(
                        "text without control characters and overrides of the writing direction"
                    ),
                    message("type the text again"),
                )
        return value
