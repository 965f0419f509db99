"""What a library system is told: which copies go where, and what stands where."""
