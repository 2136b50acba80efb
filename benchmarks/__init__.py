"""Measurements of torchlint on code that it was not written for; run from the repository's root."""
