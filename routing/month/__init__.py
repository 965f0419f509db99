"""The trips of a month in numbers: the instance, its clock and costs, and what trips keep."""
