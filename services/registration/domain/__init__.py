"""Participants, quotas, imports, and how a delegation's spreadsheet is read and checked. Pure."""
