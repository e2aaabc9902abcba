"""A made-up registry of firms that looks like a real one, at any size, the same for a seed."""

from __future__ import annotations

from benchmarks.synthetic.world import Size, World, generate, shards

__all__ = ["Size", "World", "generate", "shards"]
