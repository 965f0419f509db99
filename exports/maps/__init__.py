"""Maps of the month and of the roads, and the ground they are drawn on."""
