"""The vault: personal data in a database of its own, sealed under a key for each person, read by grant and audited.

A part of the registration service: `store.py` writes in registration's own transaction, `grants.py` says who may read
what and why, `read.py` reads and audits, `http.py` is the internal API.
"""
