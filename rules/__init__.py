"""The rules: one file each, named by code and name; found through the entry-point group `torchlint.rules`."""
