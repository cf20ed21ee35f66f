"""All that the entrance does.

Command: `scan_badge`. Queries, in `queries`: gates, their last scans, occupancy, names in the guard's language.
Reactions: `fold_badges` to what accreditation tells of badges and signing keys; the conference is kept as in every
service, by `shared.conference`, and `adapters.reference` reads it with the keys.
"""
