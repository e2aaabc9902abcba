"""The HTTP face: the answers of the packages below, as JSON."""
