"""The report on a period as papers, workbook and page, and reminders of those to come."""
