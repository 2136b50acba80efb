"""The parts of `benchmarks.fuzz`: inputs that ask much of the engine, and what may not happen with them."""
