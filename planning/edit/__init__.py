"""A planner's own hand: a changed table of stops, what it breaks, what it costs."""
