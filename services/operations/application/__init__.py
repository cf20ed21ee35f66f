"""All that operations does. Commands: `publish_conference`. Queries: `watch_stream`, `get_conference`."""
