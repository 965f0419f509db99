"""What the track of a phone says of a trip: its way, its times, where it stood."""
