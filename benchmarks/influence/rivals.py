"""Other libraries' PageRank of the same graph, where they are installed. None of them is needed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from renown_influence.graph import Pairs

#: Pairs up to which a library that makes an object of each is asked.
_MOST = 3_000_000


@dataclass(frozen=True)
class Rival:
    """Seconds: `made` to hand the graph over, `solved` to rank it."""

    name: str
    version: str
    made: float
    solved: float


def ranked(shares: Pairs, alpha: float, tolerance: float) -> Iterator[Rival]:
    """Each that is installed, to the same tolerance where it takes one."""
    for name, make, solve in (
        ("networkx", _networkx, _by_networkx),
        ("igraph", _igraph, _by_igraph),
        ("sknetwork", _sknetwork, _by_sknetwork),
    ):
        try:
            library = import_module(name)
        except ImportError:
            continue
        if name == "networkx" and len(shares.rater) > _MOST:
            continue
        made, graph = _timed(partial(make, library, shares))
        solved, _ = _timed(partial(solve, library, graph, alpha, tolerance))
        yield Rival(name, str(library.__version__), made, solved)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def _networkx(library: Any, shares: Pairs) -> Any:
    graph = library.DiGraph()
    graph.add_nodes_from(range(shares.people))
    graph.add_weighted_edges_from(
        zip(shares.rater.tolist(), shares.owner.tolist(), shares.weight.tolist(), strict=True)
    )
    return graph


def _by_networkx(library: Any, graph: Any, alpha: float, tolerance: float) -> Any:
    # Its tolerance is for each node.
    return library.pagerank(graph, alpha, max_iter=1000, tol=tolerance)


def _igraph(library: Any, shares: Pairs) -> Any:
    edges = zip(shares.rater.tolist(), shares.owner.tolist(), strict=True)
    graph = library.Graph(n=shares.people, edges=edges, directed=True)
    graph.es["weight"] = shares.weight
    return graph


def _by_igraph(library: Any, graph: Any, alpha: float, tolerance: float) -> Any:
    return graph.pagerank(damping=alpha, weights="weight")


def _sknetwork(library: Any, shares: Pairs) -> Any:
    return shares.matrix().T.tocsr()


def _by_sknetwork(library: Any, graph: Any, alpha: float, tolerance: float) -> Any:
    ranking = import_module("sknetwork.ranking")
    return ranking.PageRank(damping_factor=alpha, n_iter=1000, tol=tolerance).fit_predict(graph)
