"""The tables of a province folder: their columns, and how CSV and XLSX files become rows."""
