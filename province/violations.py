"""What a checker reports: a rule that a plan breaks."""

from dataclasses import dataclass

from province.language import Message, message


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a plan breaks: its name, where, and a sentence."""

    rule: str
    where: str
    detail: Message

    @property
    def sentence(self) -> Message:
        """The violation as one line."""
        return message(
            "{rule} {where}: {detail}", rule=self.rule, where=self.where, detail=self.detail
        )
