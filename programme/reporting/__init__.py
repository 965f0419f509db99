"""The report on a year: sections of figures, each with the rows that it was counted from."""
