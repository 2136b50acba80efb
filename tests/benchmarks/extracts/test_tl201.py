"""Biases that a norm takes away again: no gradient worth the name, and no effect on the output."""

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def assert_without_effect(net: "nn.Module", layer: "nn.Module", inputs: "torch.Tensor") -> None:
    """In training the bias of `layer` may be anything, and its gradient is rounding noise."""
    net.train()
    outputs = net(inputs)
    (outputs * torch.randn_like(outputs)).sum().backward()
    assert layer.bias.grad.abs().max() < 1e-4 * layer.weight.grad.abs().max()
    with torch.no_grad():
        layer.bias += torch.randn_like(layer.bias)
    torch.testing.assert_close(net(inputs), outputs, rtol=1e-3, atol=1e-4)


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


@pytest.mark.finding("vit-pytorch", "vit_pytorch/max_vit.py", "29852b1121e2d9b4a6a91ecc4e26f758")
def test_a_depthwise_convolution() -> None:
    net = nn.Sequential(nn.Conv2d(8, 8, 3, stride=2, padding=1, groups=8), nn.BatchNorm2d(8), nn.GELU())
    assert_without_effect(net, net[0], torch.randn(4, 8, 8, 8))


@pytest.mark.finding("vit-pytorch", "vit_pytorch/levit.py", "c969bec059e2b3fca07c78598e2399d0")
def test_a_projection_after_an_activation() -> None:
    norm = nn.BatchNorm2d(6)
    net = nn.Sequential(nn.GELU(), nn.Conv2d(8, 6, 1), norm)
    assert_without_effect(net, net[1], torch.randn(4, 8, 5, 5))


@pytest.mark.finding("labml-nn", "labml_nn/resnet/__init__.py", "b4902c40aba5b3e43cab4d1621355848")
def test_the_shortcut_of_a_residual_block() -> None:
    class Shortcut(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(4, 8, kernel_size=1, stride=2)
            self.bn = nn.BatchNorm2d(8)

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return self.bn(self.conv(x))

    net = Shortcut()
    assert_without_effect(net, net.conv, torch.randn(4, 4, 8, 8))


@pytest.mark.finding("avalanche-lib", "avalanche/models/generator.py", "2b0313a6d8913f5d846e836b15bf26f1")
def test_a_linear_layer() -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(16, 10), nn.BatchNorm1d(10), nn.LeakyReLU())
    assert_without_effect(net, net[1], torch.randn(8, 1, 4, 4))


@pytest.mark.finding("neuralforecast", "neuralforecast/models/informer.py", "2b81c15f462eaa53d693792760bc759e")
def test_a_circular_convolution_over_time() -> None:
    class Distil(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.down = nn.Conv1d(5, 5, kernel_size=3, padding=2, padding_mode="circular")
            self.norm = nn.BatchNorm1d(5)

        def forward(self, x: "torch.Tensor") -> "torch.Tensor":
            return torch.nn.functional.elu(self.norm(self.down(x.permute(0, 2, 1))))

    net = Distil()
    assert_without_effect(net, net.down, torch.randn(4, 12, 5))
