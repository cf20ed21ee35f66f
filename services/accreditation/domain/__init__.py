"""Dossiers, checks, what a badge opens, and badges. Pure."""
