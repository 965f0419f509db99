"""Hears Ctrl-C, the end of a session and the closing of a terminal, all in the same way."""

import os
import signal
import sys
from types import FrameType

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""What stops the program, by the names of those systems that know them."""


class StoppedAgain(BaseException):
    """Somebody stopped the program who had stopped it before: it is to end at once."""


class StopSignals:
    """Turns the first signal into KeyboardInterrupt, and the next into StoppedAgain.

    A search that is stopped keeps its best plan, which is then checked and written; who does not
    want to wait for it stops the program again. The third time the system ends it.
    """

    def __init__(self) -> None:
        self.count = 0
        self._terminals = [
            stream.fileno() for stream in (sys.stdout, sys.stderr) if stream and stream.isatty()
        ]

    def heed(self) -> None:
        """Begin to hear the signals, but for those that were shut off before (``nohup``)."""
        for name in SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        if number == getattr(signal, "SIGHUP", None):
            self._leave_terminals()
        if self.count == 1:
            raise KeyboardInterrupt
        signal.signal(number, signal.SIG_DFL)
        raise StoppedAgain

    def _leave_terminals(self) -> None:
        """Let what is printed go nowhere: a terminal that was closed takes nothing any more."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        for terminal in self._terminals:
            os.dup2(nowhere, terminal)
        os.close(nowhere)
