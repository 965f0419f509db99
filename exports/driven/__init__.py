"""What was driven beside what was planned: the tracks of phones on a map."""
