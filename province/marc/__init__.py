"""Reads stocks from MARC21 and MARCXML files."""
