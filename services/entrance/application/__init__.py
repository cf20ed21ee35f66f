"""All that the entrance does.

Command: `scan_badge`. Queries, in `queries`: gates, their last scans, occupancy, names in the guard's language; and
`show_token`. Reactions: `fold_badges` and `fold_tokens` to what accreditation tells of badges, signing keys and tokens;
`follow_status_list` fetches the signed list beside them. The conference is kept as in every service, by
`shared.conference`, and `adapters.reference` reads it with the keys.
"""
