"""A first province folder made from what is public: maps, or a timetable."""
