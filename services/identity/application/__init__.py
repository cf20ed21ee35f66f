"""All that identity does: `sign_in`, `refresh_session`, `open_account`, `disable_account`."""
