"""What would serve the visits that a month leaves out: the cheapest change of one cell."""
