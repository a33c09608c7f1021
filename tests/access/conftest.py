from tests.people.fixtures import log, source

__all__ = ["log", "source"]
