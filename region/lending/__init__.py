"""Batches handed over between provinces, and back: booked in both ledgers, compared, finished."""
