"""Who may attend what."""
