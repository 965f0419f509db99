"""Composing new batches from the stock."""
