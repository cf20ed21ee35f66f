"""The live stream as watchers see it, and what may be wrong with a conference file."""
