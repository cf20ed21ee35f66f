"""All that operations does.

Command: `publish_conference`. Reaction: `keep_story` folds every event about a person, and each gate's last scan.
Queries: `watch_stream` (live, gaps shown), `show_story` (one person, with what is missing), `show_health`.
"""
