"""How good the answers are, on data with a known truth: `python -m benchmarks.quality NAME …`."""
