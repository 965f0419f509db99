"""A year's exchange between provinces: what is unmet, what stands idle, who lends to whom."""
