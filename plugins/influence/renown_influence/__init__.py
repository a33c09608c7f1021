"""Whose work do others rely on? Scores from who endorses whom, each of them explained."""
