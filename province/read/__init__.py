"""Reads a province folder: files become facts, or findings."""

from province.read.folder import read_province, read_with_findings
from province.tables.declared import TABLES

__all__ = ["TABLES", "read_province", "read_with_findings"]
