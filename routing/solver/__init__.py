"""Plans the trips of a month: proposals, improvement, choice, reasons."""
