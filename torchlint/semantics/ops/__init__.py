"""What each torch operation does to shape, strides, dtype and device: one file a torch topic."""
