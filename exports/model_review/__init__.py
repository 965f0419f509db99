"""Library models beside alike communes: a page for people, a table."""
