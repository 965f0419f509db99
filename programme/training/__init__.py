"""Who is invited to which course: facts, optimum, check, reasons, attendance."""
