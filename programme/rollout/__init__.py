"""Which communes get a library model in which year: facts, optimum, check, reasons."""
