"""Lagrangian relaxation: a valid bound, and the prices that guide the search."""
