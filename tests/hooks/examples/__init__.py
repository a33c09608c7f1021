"""One plugin a hook, each with its test: what the page of hooks shows is what runs here."""
