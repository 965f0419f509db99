"""Provinces side by side: one folder of province folders, each planned by a process of its own."""
