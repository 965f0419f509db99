"""How a long computation tells how far it is, without knowing who listens."""

from collections.abc import Callable

from province.language import Message

Progress = Callable[[Message, float], None]
"""Called with what is being done now and the share done, 0 to 1."""


def ignore_progress(what: Message, share: float) -> None:
    """Tell nobody."""
