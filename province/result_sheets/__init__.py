"""Reads the sheets on which crews report what was done."""
