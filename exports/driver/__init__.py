"""The driver's file: one page for a phone without network."""
