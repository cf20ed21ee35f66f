"""All that the entrance does.

Commands: `scan_badge`. Queries: `list_gates`, `list_recent_scans`, `count_occupancy`.
Reactions (`fold_badges`, `follow_reference`): what accreditation and the conference tell.
"""
