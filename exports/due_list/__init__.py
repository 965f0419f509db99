"""What is owed soon, as table, calendar and page."""
