"""Scripts that make the shipped data and keep the translations."""
