"""The month on one map, for the planner and the leadership."""
