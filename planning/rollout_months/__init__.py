"""Months of a rollout planned in memory: can the vehicles serve the models there will be."""
