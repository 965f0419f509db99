"""A first province folder made from what is public: the facts that ship, maps, or a timetable."""
