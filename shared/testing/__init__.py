"""Builders that tests of every service use."""
