"""The ledger: what really moved, line by line, never changed."""
