"""Documents, each drawn from a plan alone."""
