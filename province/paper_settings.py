"""The settings of papers: who writes them, in which form, how large labels are."""

from pydantic import Field

from province.settings_part import Part

STATE_HEADINGS: dict[str, tuple[str, ...]] = {
    "VN": ("Cộng hòa xã hội chủ nghĩa Việt Nam", "Độc lập - Tự do - Hạnh phúc"),
}
"""What stands above official papers of a state, by ISO 3166-1 alpha-2 code, where the settings say
nothing: the state's name, below it its motto (Vietnam: decree 30/2020/NĐ-CP, appendix I)."""


class PaperSettings(Part):
    """What printed papers say beside the plan; every text in the province's own language.

    `heading` is left out of fingerprints: no plan depends on it.
    """

    authority: str = Field("", description="the body above us, first line of official papers")
    place: str = Field("", description="where papers are signed; empty: the province's name")
    heading: tuple[str, ...] | None = Field(
        None, exclude=True,
        description="lines above official papers, such as the state's name and motto; left out:"
        " what `country` is known to ask for; `[]`: none",
    )  # fmt: skip
    symbol: str = Field("BB-TV", description="what follows the number of a handover record")
    giver_title: str = Field("", description="office of the one who signs for us")
    receiver_title: str = Field("", description="office of the one who signs for a library")
    grounds: tuple[str, ...] = Field((), description="what a handover rests on, a sentence each")
    label_width_mm: float = Field(105.0, ge=50, le=210)
    label_height_mm: float = Field(74.0, ge=35, le=297)

    def find_heading(self, country: str) -> tuple[str, ...]:
        """Return the lines above official papers in a country."""
        return STATE_HEADINGS.get(country, ()) if self.heading is None else self.heading
