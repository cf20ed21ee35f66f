"""Accounts and what may be wrong with a sign-in."""
