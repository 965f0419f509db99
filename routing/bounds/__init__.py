"""Lower bounds on what a month of trips costs."""
