"""Backup and restore of a whole installation: databases, log positions, and keys apart.

`take.py` takes a backup, `restore.py` puts one back; `manifest.py` says what a backup is, `keys.py` is about the keys,
`settings.py` finds the services. What each service does beside having its documents back is its own `after_restore`.
"""
