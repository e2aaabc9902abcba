"""Scripts that make the small models shipped with the packages; run by hand, not by users."""
