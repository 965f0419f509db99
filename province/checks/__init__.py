"""What rows without a fault say about each other."""
