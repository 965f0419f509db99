"""What may become of a plan: a page for people, a table of all runs."""
