"""Two conferences played end to end: one that kept its word, and one as there was one."""
