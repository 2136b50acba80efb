"""torchlint finds PyTorch pitfalls by understanding tensors, explains them, and repairs them."""

__version__ = "0.1.0"
