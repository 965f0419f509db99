"""The checks that `routing.verify` makes, by what they look at."""
