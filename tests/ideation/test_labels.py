"""A summary of what is wrong calls each field as the form does."""

from __future__ import annotations

import re

import pytest

from tests.ideation.company import Company, submit
from tests.ideation.desk import below, bring


@pytest.mark.parametrize(
    ("form", "given"),
    [
        ("/ideas/product/new", {"title": "x" * 200, "tags": "a,b,c,d,e,f,g"}),
        ("edit", {"revision": "1"}),
        ("propose", {"base": "1"}),
        ("experts", {"word": "x" * 900}),
        ("plan", {"due": "soon"}),
        ("/changelog/new", {"board": "product", "ideas": "none"}),
        ("/admin/ideas/new", {"slug": "A B", "acknowledge_days": "x", "hidden_until": "soon", "origins": "no"}),
    ],
)
def test_errors_name_fields_as_the_form_does(shared: Company, form: str, given: dict[str, str]) -> None:
    idea = bring(shared, f"Dark mode {form}", by="ada" if form != "propose" else "eve")
    path = form if form.startswith("/") else below(idea, form)
    answer = submit(shared.browser("ada"), path, **given)
    assert answer.status_code == 422
    seen = answer.get_data(as_text=True)
    named = re.findall(r'<li><a href="#f-([^"]+)">([^<]+)</a>:', seen)
    assert named
    for name, label in named:
        assert re.search(rf'<label class="form-label" for="f-{re.escape(name)}">{re.escape(label)}[ <]', seen), name
