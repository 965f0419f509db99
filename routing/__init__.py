"""Trips: which vehicle serves which visits on which days, with timetables."""
