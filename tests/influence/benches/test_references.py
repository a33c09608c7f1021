"""The methods that scores are compared with are the published ones."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.influence import references

from renown_influence.graph import Pairs


@pytest.fixture
def drawn() -> Pairs:
    chance = np.random.default_rng(3)
    cells = np.unique(chance.integers(40 * 40, size=300))
    cells = cells[cells // 40 != cells % 40]
    start = np.searchsorted(cells // 40, np.arange(41))
    return Pairs(start, (cells % 40).astype(np.int32), chance.random(len(cells)) + 0.1)


def test_references_are_the_published_methods(drawn: Pairs) -> None:
    networkx = pytest.importorskip("networkx")
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(drawn.people))
    graph.add_weighted_edges_from(zip(drawn.rater.tolist(), drawn.owner.tolist(), drawn.weight.tolist(), strict=True))
    ranked = networkx.pagerank(graph, 0.85, tol=1e-14, max_iter=1000)
    assert references.pagerank(drawn) == pytest.approx(np.array([ranked[one] for one in range(40)]), abs=1e-9)
    _, authorities = networkx.hits(graph, max_iter=1000, tol=1e-14)
    assert references.hits(drawn) == pytest.approx(np.array([authorities[one] for one in range(40)]), abs=1e-9)


def test_references_hold_what_defines_them(drawn: Pairs) -> None:
    ranked, authorities = references.pagerank(drawn), references.hits(drawn)
    assert ranked.sum() == pytest.approx(1)
    matrix = drawn.matrix().toarray()
    given = matrix.sum(axis=0)
    passed = np.where(given > 0, matrix / np.where(given > 0, given, 1), 1 / 40)
    assert ranked == pytest.approx(0.85 * passed @ ranked + 0.15 / 40, abs=1e-11)
    once_more = matrix @ (matrix.T @ authorities)
    assert once_more / once_more.sum() == pytest.approx(authorities, abs=1e-9)
