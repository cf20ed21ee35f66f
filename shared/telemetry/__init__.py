"""Logs, metrics, traces and health: how operators see what runs."""
