"""Thank a colleague: an example of a plugin for Renown."""
