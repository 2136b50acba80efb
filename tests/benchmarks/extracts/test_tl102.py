"""Modules in plain lists: nothing trains, moves or saves them."""

import pytest

torch = pytest.importorskip("torch")


@pytest.mark.finding("gluonts", "gluonts/torch/model/deep_npts/_network.py", "506dda8b1b1f3cd04f34bf8e9c802ffa")
def test_embeddings_of_the_features() -> None:
    class Features(torch.nn.Module):
        def __init__(self, container: type) -> None:
            super().__init__()
            self.embedders = container([torch.nn.Embedding(4, 3), torch.nn.Embedding(2, 3)])

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.cat([embed(x[:, i]) for i, embed in enumerate(self.embedders)], dim=-1)

    plain, registered = Features(list), Features(torch.nn.ModuleList)
    assert plain(torch.zeros(1, 2, dtype=torch.long)).shape == (1, 6)
    assert list(plain.parameters()) == [] and plain.state_dict() == {}
    assert len(list(registered.parameters())) == 2
