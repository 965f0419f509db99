"""From a problem to a plan, with the reasons, or why there is none."""
