"""Write the pages and the list that are made from the code."""

from __future__ import annotations

from tests.reference import FILES

for path, make in FILES.items():
    path.write_text(make())
