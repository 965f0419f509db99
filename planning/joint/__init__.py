"""Plans a month: rotation and trips as one."""
