"""Layers that a call makes: each call has other weights, and no optimizer gets any of them."""

import pytest

torch = pytest.importorskip("torch")


class Downsampled(torch.nn.Module):
    """Samples a series down by a convolution that is made on each call, or once."""

    def __init__(self, kept: bool) -> None:
        super().__init__()
        self.pool = self.make() if kept else None

    def make(self) -> torch.nn.Conv1d:
        return torch.nn.Conv1d(2, 2, 3, padding=1, stride=2, padding_mode="circular", bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        pool = self.make() if self.pool is None else self.pool
        return pool(x)


@pytest.mark.finding("neuralforecast", "neuralforecast/models/timemixer.py", "c8720d4945badf261e1a800c7860493e")
def test_a_forecast_samples_down_with_other_weights_each_time() -> None:
    x = torch.arange(16.0).view(1, 2, 8)
    torch.manual_seed(0)
    anew, kept = Downsampled(kept=False).eval(), Downsampled(kept=True).eval()
    assert not torch.allclose(anew(x), anew(x))
    assert torch.equal(kept(x), kept(x))


@pytest.mark.finding("pypots", "pypots/nn/modules/timemixer/backbone.py", "c7d2e355e963fe4673eae14372c80947")
def test_no_optimizer_gets_the_weights() -> None:
    anew, kept = Downsampled(kept=False), Downsampled(kept=True)
    anew(torch.zeros(1, 2, 8))
    assert list(anew.parameters()) == [] and anew.state_dict() == {}
    assert [tuple(parameter.shape) for parameter in kept.parameters()] == [(2, 2, 3)]
