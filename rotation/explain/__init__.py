"""Why a batch is where it is, and what else could be done with it."""
