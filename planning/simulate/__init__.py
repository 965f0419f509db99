"""A month lived many times over: what may happen to a plan, and how much of it is kept."""
