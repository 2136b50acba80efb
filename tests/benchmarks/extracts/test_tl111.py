"""One layer where several were meant."""

import pytest

torch = pytest.importorskip("torch")


def weights(layers: object) -> int:
    return len(list(torch.nn.ModuleList(layers).parameters()))


@pytest.mark.finding("di-engine", "ding/model/template/procedure_cloning.py", "06baf466afe664727e2dfba763dce928")
def test_norms_behind_attention() -> None:
    assert weights([torch.nn.LayerNorm(4)] * 3) == 2
    assert weights([torch.nn.LayerNorm(4) for _ in range(3)]) == 6


@pytest.mark.finding("di-engine", "ding/model/template/procedure_cloning.py", "cedd3ed12763ffefea3d54a0df1f5965")
def test_norms_added_to_a_list() -> None:
    norms = [torch.nn.LayerNorm(4)]
    norms.extend([torch.nn.LayerNorm(6)] * 3)
    assert norms[1] is norms[2] is norms[3]
    assert weights(norms) == 4


@pytest.mark.finding("modelscope", "modelscope/models/cv/image_try_on/warping.py", "563810dee2a737e5d6cdc5600dde85b9")
def test_pairs_of_layers() -> None:
    def pair() -> list[torch.nn.Module]:
        return [torch.nn.Upsample(scale_factor=2), torch.nn.Conv2d(2, 2, 3, padding=1)]

    x = torch.ones(1, 2, 2, 2)
    for layers, count in ((pair() * 3, 2), ([layer for _ in range(3) for layer in pair()], 6)):
        assert torch.nn.Sequential(*layers)(x).shape == (1, 2, 16, 16)
        assert weights(layers) == count


@pytest.mark.finding("modelscope", "modelscope/models/cv/image_try_on/warping.py", "0ae39a6a5850dd7b9f421c26cc164b8f")
def test_steps_of_downsampling() -> None:
    def down() -> torch.nn.Module:
        return torch.nn.Conv2d(2, 2, 3, stride=2, padding=1)

    shared = torch.nn.Sequential(*[down()] * 3, torch.nn.AdaptiveAvgPool2d(2))
    built = torch.nn.Sequential(*[down() for _ in range(3)], torch.nn.AdaptiveAvgPool2d(2))
    x = torch.ones(1, 2, 16, 16)
    for model, different in ((shared, False), (built, True)):
        model(x).square().mean().backward()
        torch.optim.SGD(model.parameters(), lr=0.1).step()
        assert (not torch.equal(model[0].weight, model[2].weight)) is different
        assert len(model.state_dict()) == 6


@pytest.mark.finding("timm", "timm/models/maxxvit.py", "3a4eb83587d9d4a535c2220fbd37e874")
def test_convolution_blocks_with_statistics() -> None:
    def block() -> torch.nn.Module:
        return torch.nn.Sequential(torch.nn.Conv2d(2, 2, 1, bias=False), torch.nn.BatchNorm2d(2))

    first = block()
    shared = torch.nn.Sequential(first, *[block()] * 2)
    built = torch.nn.Sequential(block(), *[block() for _ in range(2)])
    assert len(list(shared.parameters())) == 6 and len(list(built.parameters())) == 9
    x = torch.randn(4, 2, 3, 3)
    shared.train()(x)
    built.train()(x)
    # Each forward pass updates the statistics of the shared block twice, from different inputs.
    assert int(shared[1][1].num_batches_tracked) == 2
    assert int(built[1][1].num_batches_tracked) == 1
