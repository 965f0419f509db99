"""The month: rotation and trips joined into one plan."""
