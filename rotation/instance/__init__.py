"""The problem as numbers: every stay that the rules allow, what it is worth, what is shared."""
