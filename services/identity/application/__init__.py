"""All that identity does.

Everybody: `sign_in`, `sign_out`, `choose_password`, `refresh_session`; `tell_failed_sign_ins` sums up what failed. An
administrator: `open_account`, `disable_account`. A delegation's head focal point too: `open_named_account`,
`draw_password`, `show_delegation_accounts`. Every service: `list_ended_sessions`. After a restore: `end_sessions`,
`disable_again`.
"""
