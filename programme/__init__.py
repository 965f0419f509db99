"""What was promised and what came of it: figures with their rows, goals, forecasts, what is due."""
