"""What recorded times and tracks say of speeds of roads and of the minutes of exchanges."""
