"""Tensors that `.to(device)` leaves behind. The meta device stands in for a GPU: torch doesn't mix it with the host either."""

import copy

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def assert_left_behind(module: "nn.Module", name: str, *inputs: "torch.Tensor") -> None:
    """The module works where it was made, raises elsewhere, and works everywhere once `name` is a buffer."""
    module(*inputs)
    elsewhere = [each.to("meta") for each in inputs]
    with pytest.raises(RuntimeError, match="device"):
        copy.deepcopy(module).to("meta")(*elsewhere)
    tensor = getattr(module, name)
    delattr(module, name)
    module.register_buffer(name, tensor)
    module.to("meta")(*elsewhere)


@pytest.mark.finding("vit-pytorch", "vit_pytorch/mpp.py", "17aea0886894ed8fa2929bfb0c31a4b8")
def test_the_mean_of_the_patch_loss() -> None:
    class Loss(nn.Module):
        def __init__(self, mean: list[float]) -> None:
            super().__init__()
            self.mean = torch.tensor(mean).view(-1, 1, 1)

        def forward(self, target: "torch.Tensor") -> "torch.Tensor":
            return target + self.mean

    assert_left_behind(Loss([0.5, 0.4, 0.3]), "mean", torch.rand(2, 3, 4, 4))


@pytest.mark.finding("vit-pytorch", "vit_pytorch/mpp.py", "551134437b80310ad9a0c8108060ee15")
def test_the_deviation_of_the_patch_loss() -> None:
    class Loss(nn.Module):
        def __init__(self, std: list[float]) -> None:
            super().__init__()
            self.std = torch.tensor(std).view(-1, 1, 1)

        def forward(self, target: "torch.Tensor") -> "torch.Tensor":
            return target * self.std

    assert_left_behind(Loss([0.2, 0.2, 0.2]), "std", torch.rand(2, 3, 4, 4))


@pytest.mark.finding("catalyst", "catalyst/contrib/losses/regression.py", "7aaae15bcdbf7507026115f01998ab5c")
def test_the_atoms_of_a_categorical_loss() -> None:
    class Loss(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.z = torch.linspace(-10, 10, 51)

        def forward(self, atoms: "torch.Tensor") -> "torch.Tensor":
            return torch.abs(atoms[:, None, :] - self.z[None, :, None])

    assert_left_behind(Loss(), "z", torch.randn(4, 51))


@pytest.mark.finding("catalyst", "catalyst/contrib/losses/regression.py", "60dec2d01f685f7509192f062b4e9e56")
def test_the_quantiles_of_a_quantile_loss() -> None:
    class Loss(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tau = torch.linspace(0.01, 0.99, 51)

        def forward(self, outputs: "torch.Tensor", targets: "torch.Tensor") -> "torch.Tensor":
            below = (targets[:, None, :] - outputs[:, :, None]).lt(0).float()
            return torch.abs(self.tau[None, :, None] - below)

    assert_left_behind(Loss(), "tau", torch.randn(4, 51), torch.randn(4, 51))


@pytest.mark.finding("botorch", "botorch/acquisition/penalized.py", "1e56a79122eaaca15b4019a492b50cca")
def test_the_reference_point_of_a_penalty() -> None:
    class Penalty(nn.Module):
        def __init__(self, init_point: "torch.Tensor") -> None:
            super().__init__()
            self.init_point = init_point

        def forward(self, points: "torch.Tensor") -> "torch.Tensor":
            return torch.linalg.norm(points - self.init_point, ord=2, dim=-1).max(dim=-1).values ** 2

    assert_left_behind(Penalty(torch.zeros(1, 3)), "init_point", torch.rand(5, 2, 3))
