"""Facts: what is known about a province, read and checked."""
