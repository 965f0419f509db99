"""The month as an Excel workbook."""
