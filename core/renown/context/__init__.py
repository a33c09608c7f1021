"""What a plugin is handed. One small file a service; a plugin's code sees `PluginContext` alone."""

from __future__ import annotations

from renown.context.base import Contexts, PluginContext

__all__ = ["Contexts", "PluginContext"]
