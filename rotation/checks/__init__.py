"""The hard rules, and the checker that knows only a problem and a plan."""
