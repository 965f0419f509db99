"""Plans the trips of a month: tours, proposals, choice, improvement, reasons."""
