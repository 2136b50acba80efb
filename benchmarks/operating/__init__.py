"""The parts of `benchmarks.operations`, which compares the model of torch's operations with torch."""
