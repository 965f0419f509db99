"""What earlier plans decided, and what of it counts as done."""
