"""From files, exports and news to the standard tables, with every row accounted for."""
