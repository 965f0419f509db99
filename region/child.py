"""The command line as a child that never outlives whoever started it: `python -m region.child`.

Its standard input is a pipe that nobody writes to. When it closes, because the parent is done with
the child or was killed, the child ends at once, as if killed: a plan appears whole or not at all.
"""

import os
import runpy
import sys
import threading

ORPHANED = 137
"""Exit code of a child that was ended, as shells have it for one that was killed."""


def main() -> None:
    """Run the command line with the arguments given."""
    threading.Thread(target=_end_with_parent, args=(os.dup(0),), daemon=True).start()
    sys.argv[0] = "luanchuyen"
    runpy.run_module("cli", run_name="__main__", alter_sys=True)


def _end_with_parent(pipe: int) -> None:
    """Wait until the pipe is closed, and end."""
    while os.read(pipe, 1024):
        pass
    os._exit(ORPHANED)


if __name__ == "__main__":
    main()
