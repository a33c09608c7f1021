"""Settings of plugins: stored value by value, typed by the manifest's schema, secrets sealed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing
from sqlalchemy import Connection

from renown import audit
from renown.db import stored
from renown.hooks.manifest import Plugin
from renown.sources.secrets import Keyring

if TYPE_CHECKING:
    from renown.context.base import PluginContext

_SEALED = "sealed"


class UnusableSettings(ValueError):
    """What is stored does not fit the plugin's schema (any more). `errors` are by field."""

    def __init__(self, plugin: str, errors: Mapping[str, Any]) -> None:
        told = "; ".join(f"{name}: {' '.join(map(str, why))}" for name, why in sorted(errors.items()))
        super().__init__(f"settings of {plugin}: {told}")
        self.errors = errors


def raw(conn: Connection, manifest: Plugin) -> dict[str, Any]:
    """What is stored, as the form shows it: without secrets."""
    kept = stored.all_of(conn, manifest.name)
    return {name: kept[name] for name, field in _fields(manifest).items() if name in kept and not _secret(field)}


def load(conn: Connection, manifest: Plugin, keyring: Keyring | None) -> Mapping[str, Any]:
    """Typed, with defaults for what was never set. Raises UnusableSettings."""
    if manifest.settings is None:
        return MappingProxyType({})
    kept = stored.all_of(conn, manifest.name)
    data = {name: _open(kept[name], keyring) for name in _fields(manifest) if name in kept}
    try:
        return MappingProxyType(dict(manifest.settings(unknown=EXCLUDE).load(data)))
    except ValidationError as error:
        raise UnusableSettings(manifest.name, dict(error.messages_dict)) from None


def save(conn: Connection, manifest: Plugin, keyring: Keyring, data: Mapping[str, Any]) -> None:
    """Check and store what a form or file says. A secret left empty stays as it is.

    Raises marshmallow's ValidationError, whose `messages` are by field.
    """
    if manifest.settings is None:
        raise ValidationError({"_schema": [f"{manifest.title} has no settings"]})
    schema = manifest.settings()
    kept = stored.all_of(conn, manifest.name)
    given = dict(data)
    for name, field in schema.fields.items():
        if _secret(field) and not given.get(name) and name in kept:
            given[name] = _open(kept[name], keyring)
    loaded = schema.load(given)
    for name, value in schema.dump(loaded).items():
        if _secret(schema.fields[name]) and value:
            value = {_SEALED: keyring.seal(str(value).encode()).decode()}
        stored.put(conn, manifest.name, name, value)


def change(
    conn: Connection,
    manifest: Plugin,
    keyring: Keyring,
    data: Mapping[str, Any],
    *,
    reset: Collection[str] = (),
    actor_id: int | None,
    via: str,
) -> list[str]:
    """Save what an administrator set, and write down the names of what is another now. Raises as `save` does.

    What is to be `reset` is forgotten first, secrets too.
    """
    before, hidden = shown(conn, manifest), secrets(manifest)
    for name in reset:
        stored.drop(conn, manifest.name, name)
    save(conn, manifest, keyring, data)
    after = shown(conn, manifest)
    changed = {name for name in after if before[name] != after[name]}
    changed |= {name for name in hidden if data.get(name) or name in reset}
    audit.record(
        conn, "plugin.settings", actor_id=actor_id, via=via, target=f"plugin:{manifest.name}",
        details={"changed": sorted(changed)},
    )  # fmt: skip
    return sorted(changed)


def shown(conn: Connection, manifest: Plugin) -> dict[str, Any]:
    """What holds now, with defaults for what was never set; of a secret, whether there is one."""
    kept = stored.all_of(conn, manifest.name)
    return {
        name: bool(kept.get(name)) if _secret(field) else kept[name] if name in kept else _default(field)
        for name, field in _fields(manifest).items()
    }


class SettingsService(Mapping[str, Any]):
    """`ctx.settings["limit"]`: read once a context, as the schema types it."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx
        self._loaded: Mapping[str, Any] | None = None

    def _values(self) -> Mapping[str, Any]:
        if self._loaded is None:
            ctx = self._ctx
            manifest = ctx._parts.plugins.manifests[ctx.plugin]
            keyring = ctx._parts.keyring if any(map(_secret, _fields(manifest).values())) else None
            self._loaded = load(ctx._connection, manifest, keyring)
        return self._loaded

    def __getitem__(self, name: str) -> Any:
        return self._values()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values())

    def __len__(self) -> int:
        return len(self._values())


def secrets(manifest: Plugin) -> frozenset[str]:
    """The names of the settings that are never shown."""
    return frozenset(name for name, field in _fields(manifest).items() if _secret(field))


def _fields(manifest: Plugin) -> Mapping[str, fields.Field[Any]]:
    schema: type[Schema] | None = manifest.settings
    return {} if schema is None else schema().fields


def _default(field: fields.Field[Any]) -> Any:
    default = field.load_default() if callable(field.load_default) else field.load_default
    return None if default is missing else default


def _secret(field: fields.Field[Any]) -> bool:
    return bool(field.metadata.get("secret"))


def _open(value: Any, keyring: Keyring | None) -> Any:
    if isinstance(value, dict) and value.keys() == {_SEALED}:
        assert keyring is not None
        return keyring.open(value[_SEALED].encode()).decode()
    return value
