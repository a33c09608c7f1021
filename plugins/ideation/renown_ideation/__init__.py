"""Ideas that get an answer, and votes that anybody can count again."""
