"""Re-checks a month of trips: the register of the rules, their checks by what they look at."""
