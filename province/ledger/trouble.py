"""What can go wrong between a ledger and its database, beyond the errors of every file."""

from province.errors import DiskError

WAIT_S = 10.0
"""How long whoever finds the ledger taken waits for the one who writes."""


class UnsureError(DiskError):
    """The server went away when it was told to keep what was written: it may have done so."""
