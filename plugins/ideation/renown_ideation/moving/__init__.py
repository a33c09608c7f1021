"""Moving in and out: what other tools and other sites export is read here, and boards are written as four tables."""
