"""HTTP routes: each parses, calls one function of the domain, and returns a declared shape."""
