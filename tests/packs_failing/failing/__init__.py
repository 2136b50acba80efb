"""A rule pack whose one rule raises."""
