"""Which batch of books goes to which library, for how long."""
