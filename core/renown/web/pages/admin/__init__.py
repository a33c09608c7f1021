"""The administrators' pages: the same frame with a rail of its own at the left (`admin/base.html`)."""
