"""Devices in a forward pass. The meta device stands in for a GPU: torch refuses to mix it with the CPU as well."""

import pytest

torch = pytest.importorskip("torch")


def mixes(module: torch.nn.Module, *inputs: torch.Tensor) -> bool:
    """Whether a module runs on the CPU, and raises when it and its inputs have moved."""
    module(*inputs)
    try:
        module.to("meta")(*[one.to("meta") for one in inputs])
    except RuntimeError as error:
        return "device" in str(error)
    return False


@pytest.mark.finding("asteroid", "asteroid/dsp/beamforming.py", "31b0f0ffdaaebae4accb92957dca8ee0")
def test_a_mask_of_ones() -> None:
    class Covariance(torch.nn.Module):
        def __init__(self, placed: bool) -> None:
            super().__init__()
            self.placed = placed

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            mask = torch.ones(x.shape[-1], device=x.device if self.placed else None)
            return torch.einsum("bmt,bnt->bmn", mask * x, x)

    x = torch.ones(1, 2, 4)
    assert mixes(Covariance(False), x) and not mixes(Covariance(True), x)


@pytest.mark.finding("speechbrain", "speechbrain/processing/features.py", "79e8b92c5dabe2f3e3d2b42c53088547")
def test_lengths_for_missing_ones() -> None:
    class Norm(torch.nn.Module):
        def __init__(self, placed: bool) -> None:
            super().__init__()
            self.placed = placed

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            lengths = torch.ones(len(x), device=x.device if self.placed else None)
            return torch.arange(x.shape[1], device=x.device)[None] < (lengths * x.shape[1])[:, None]

    x = torch.ones(2, 4)
    assert mixes(Norm(False), x) and not mixes(Norm(True), x)


@pytest.mark.finding("pykeen", "pykeen/nn/representation.py", "41df790bcea6065ab7ab99e8231e7e50")
def test_indices_beside_a_buffer() -> None:
    class Bag(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("assignment", torch.tensor([0, 0, 1]))

        def forward(self) -> torch.Tensor:
            return torch.eq(self.assignment[:2], torch.arange(2))

    assert mixes(Bag())


@pytest.mark.finding("pypots", "pypots/nn/modules/moment/modules.py", "e037f0ea6a8afd549f185ea4839a2de4")
def test_a_mask_for_where() -> None:
    class RevIn(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.where(torch.ones(x.shape, dtype=torch.bool), x, torch.full_like(x, torch.nan))

    assert mixes(RevIn(), torch.ones(2, 3))


@pytest.mark.finding("espnet", "espnet2/tts/prodiff/loss.py", "ef4cbf72eae99f29fddd0beca261294d")
def test_a_window_that_is_moved_each_time() -> None:
    class Loss(torch.nn.Module):
        def __init__(self, buffer: bool) -> None:
            super().__init__()
            if buffer:
                self.register_buffer("window", torch.ones(3), persistent=False)
            else:
                self.window = torch.ones(3)

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, bool]:
            window = self.window.to(x.device)
            return x * window, window is self.window

    plain, registered = Loss(False).to("meta"), Loss(True).to("meta")
    x = torch.ones(3, device="meta")
    assert [plain(x)[1], plain(x)[1]] == [False, False]
    assert registered(x)[1]
    assert registered.state_dict() == {}
