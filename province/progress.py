"""How a long computation tells how far it is, without knowing who listens."""

from collections.abc import Callable

from province.language import Message

Progress = Callable[[Message, float], None]
"""Called with what is being done now and the share done, 0 to 1."""

PROGRESS_FILE = "LUANCHUYEN_PROGRESS"
"""Variable of the environment: the file in which a child writes the share done, for its parent."""


def ignore_progress(what: Message, share: float) -> None:
    """Tell nobody."""


def tell_part(progress: Progress, begun: float, done: float) -> Progress:
    """Return a progress that runs from one share to another."""
    return lambda what, share: progress(what, begun + (done - begun) * share)
