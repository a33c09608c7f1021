from tests.people.fixtures import source

__all__ = ["source"]
