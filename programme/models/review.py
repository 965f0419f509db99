"""Every model on a day with what is said of it, what could be done, and what became of the last."""

from dataclasses import dataclass
from datetime import date

from programme.models.sequels import Sequel, follow_remedies
from programme.models.suggest import Suggestion, suggest_remedies
from programme.models.weigh import Judgement, Scales, WeighedModel, weigh_models
from province.facts import Province
from province.language import message
from province.progress import Progress, ignore_progress


@dataclass(frozen=True, slots=True)
class ReviewedModel:
    """A model or private library as it is reported.

    Parameters
    ----------
    alike
        Names of the communes it is compared with, the most alike first.
    """

    weighed: WeighedModel
    alike: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    sequels: tuple[Sequel, ...]

    @property
    def judgement(self) -> Judgement:
        """What is said of it."""
        return self.weighed.judgement

    @property
    def is_commended(self) -> bool:
        """Whether it stands on the list for commendation."""
        return self.judgement is Judgement.SPREAD


def review_models(
    province: Province, on: date, *, progress: Progress = ignore_progress
) -> tuple[ReviewedModel, ...]:
    """Return every model and private library that is at work on a day, by key."""
    progress(message("measuring ways"), 0.0)
    scales = Scales.of(province, on)
    progress(message("comparing with alike communes"), 0.4)
    names = {unit.key: unit.commune.name for unit in scales.units}
    return tuple(
        ReviewedModel(
            weighed=weighed,
            alike=tuple(dict.fromkeys(names[key] for key in weighed.alike)),
            suggestions=suggest_remedies(scales, weighed, on),
            sequels=follow_remedies(scales, weighed.unit.key, on),
        )
        for weighed in weigh_models(scales, on)
    )
