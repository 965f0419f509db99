"""How it travels: roads, travel times, trips, timetables."""
