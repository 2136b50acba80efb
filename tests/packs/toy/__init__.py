"""A rule pack as a third party would write one, found through its entry point; no rule needs torch's meaning."""
