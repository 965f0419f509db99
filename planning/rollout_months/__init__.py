"""Months of a rollout planned in memory: whether the vehicles can serve the models there will be."""
