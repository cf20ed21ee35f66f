"""Travel documents by ICAO Doc 9303: their machine-readable zones, and what those say against what was typed."""
