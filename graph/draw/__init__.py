"""Pictures as SVG text, one renderer for notebook, page and report; nothing is loaded for them."""

from __future__ import annotations

from graph.draw.chainmap import chain_map
from graph.draw.heatmap import heat_map
from graph.draw.layout import Box, Feed, Layout, arrange
from graph.draw.scatter import relatedness_scatter
from graph.draw.svg import Picture
from graph.draw.ways import ways_in

__all__ = [
    "Box",
    "Feed",
    "Layout",
    "Picture",
    "arrange",
    "chain_map",
    "heat_map",
    "relatedness_scatter",
    "ways_in",
]
