"""The plugin contract: manifest, hook specifications, discovery and guarded calls. Nothing here knows a table."""
