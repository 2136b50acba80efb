"""Proof by execution: the examples' programs run under torch before and after their fix, and claims are checked.

The only part of torchlint that executes what it reads; it does so in child processes, and `torchlint prove` says so.
"""
