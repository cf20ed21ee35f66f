"""All that operations does.

Command: `publish_conference`. Reactions: `keep_story` folds every event about a person, and each gate's last scan;
`keep_audit` takes every event into the audit log, where `append_audit` gives it its place under a signed tree head.
Commands at other services, in the operator's name (`ask_services`): `mend_dead_letter` (propose, apply),
`rebuild_read_models` (list, start), `work_through_lost_window` (list, settle).
Queries: `watch_stream` (live, gaps shown), `show_story` (one person, with what is missing), `show_health`,
`show_dead_letters` (by cause and blast radius), `show_audit` (entries, proofs), `verify_audit` (finds touches).
After a restore: `measure_restored_audit`.
"""
