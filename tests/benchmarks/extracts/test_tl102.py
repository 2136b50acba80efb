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


@pytest.mark.finding("di-engine", "ding/model/template/procedure_cloning.py", "226e6880c017ae6e383000729282e573")
def test_norms_of_a_transformer() -> None:
    class Blocks(torch.nn.Module):
        def __init__(self, container: type) -> None:
            super().__init__()
            self.norms = container([torch.nn.LayerNorm(4)] * 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            for norm in self.norms:
                x = norm(x)
            return x

    x = torch.arange(8.0).view(2, 4)
    plain, registered = Blocks(list), Blocks(torch.nn.ModuleList)
    assert torch.equal(plain(x), registered(x))
    assert list(plain.parameters()) == [] and len(list(registered.parameters())) == 2


@pytest.mark.finding(
    "modelscope",
    "modelscope/models/cv/tinynas_detection/damo/base_models/losses/distill_loss.py",
    "c549e5f871e7647347419719e4a41afe",
)
def test_the_generator_of_a_distillation() -> None:
    class Loss(torch.nn.Module):
        def __init__(self, container: type) -> None:
            super().__init__()
            self.align = torch.nn.Conv2d(2, 2, 1)
            self.generation = container([torch.nn.Sequential(torch.nn.Conv2d(2, 2, 3, padding=1))])

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.generation[0](self.align(x)).square().mean()

    for container, trained in ((list, False), (torch.nn.ModuleList, True)):
        loss = Loss(container)
        weight = loss.generation[0][0].weight
        before = weight.detach().clone()
        optimizer = torch.optim.SGD(loss.parameters(), lr=0.1)
        loss(torch.ones(1, 2, 4, 4)).backward()
        optimizer.step()
        assert torch.equal(before, weight) is not trained


@pytest.mark.finding(
    "transformers", "transformers/models/oneformer/modeling_oneformer.py", "d1b0951ab156485304f4947d97ad44de"
)
def test_projections_of_the_input() -> None:
    class Projections(torch.nn.Module):
        def __init__(self, container: type) -> None:
            super().__init__()
            self.input_projections = container()
            self.input_projections.append(torch.nn.Conv2d(3, 4, 1))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.input_projections[0](x)

    plain, registered = Projections(list), Projections(torch.nn.ModuleList)
    plain.half(), registered.half()
    x = torch.ones(1, 3, 2, 2)
    assert plain(x).dtype is torch.float32 and plain.state_dict() == {}
    assert set(registered.state_dict()) == {"input_projections.0.weight", "input_projections.0.bias"}
