"""Ideas: written, voted for, talked about, merged, answered. No page here, no route."""
