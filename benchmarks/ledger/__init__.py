"""What torchlint finds in pinned packages, with a verdict on each finding; `benchmarks/ecosystem.py` is the command."""
