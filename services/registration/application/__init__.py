"""All that registration does.

Commands: `start_import`, `commit_import`, `withdraw_participant`. Queries: `queries` (imports, roster, quota).
Reactions: `follow_accreditation`; the conference's quotas are kept by `adapters.mongo.set_quotas`.
"""
