"""From a gap to ranked firms, each with its reasons."""
