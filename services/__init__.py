"""The services, each a deployable with a database of its own; they know each other by events and HTTP alone."""
