"""Papers to print: handover records, labels, loading lists, notices, the summary; and PDF."""
