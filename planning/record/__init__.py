"""Takes what trips reported into the ledger."""
