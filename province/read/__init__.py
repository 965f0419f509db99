"""Reads a province folder: files become facts, or findings."""

from province.read.folder import TABLES, read_province, read_with_findings

__all__ = ["TABLES", "read_province", "read_with_findings"]
