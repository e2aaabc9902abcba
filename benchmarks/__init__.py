"""Speed, memory and quality, measured against simpler ways of doing the same."""
