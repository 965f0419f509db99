"""The training plan on paper: page, table, calendar, letters, lists to be signed."""
