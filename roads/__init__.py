"""Roads: the network, what is shut on a date, and travel times on it."""
