"""Papers to print: handover records, labels, loading lists, rides, notices, summary."""
