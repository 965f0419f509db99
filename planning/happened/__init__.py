"""What happened, said without opening a file: the rows it takes, and whom it concerns."""
