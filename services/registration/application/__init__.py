"""All that registration does.

Commands: `start_import`, `commit_import`, carried on in the background by `run_imports` (`check_import`,
`register_rows`); `save_registration` (one person: draft, submit, submit again),
`discard_draft`, `withdraw_participant`, `substitute_participant`, `reconcile_list`, `register_walk_up`, `ask_waiver`,
`decide_waiver`, `add_note_verbale`, `request_permit`, `notice_addresses`; and `send_notices`, from time to time.
Queries: `queries` (imports, roster, quota), `show_list` (overview, waivers, notes, history), `show_person`
(one person, forms, portrait; who is alike by `find_alike`), `show_roster` (a page, filters, counts), `show_notices`,
`export_roster`.
For the accreditation side: `find_same_people`. For the auditor: `erase_people`, `hold_erasure`; and
`apply_retention`, `tell_vault_reads`, from time to time. After a restore: `erase_again`.

Reactions: `follow_accreditation`; the conference's quotas and forms are kept by
`adapters.mongo.set_quotas` and `adapters.list_mongo.keep_forms`.
"""
