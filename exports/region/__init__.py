"""A month of several provinces: a page with their map, a table, layers for other programs."""
