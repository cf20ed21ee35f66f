"""All that accreditation does.

Commands: `decide_dossiers`, `activate_badges`, `revoke_badge`, `publish_signing_keys`. Queries: `queries`,
`render_badge`. Reactions: `open_dossier` (submitted, corrected), `withdraw_dossier`. `issue_badge` is what an approval
does in its commit.
"""
