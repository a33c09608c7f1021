"""A conference whose talks are voted on, played by the same services that people use: for tests and for the demo."""
