"""Modules whose `forward` is called by hand: what is attached to them doesn't run."""

from collections.abc import Callable

import pytest

torch = pytest.importorskip("torch")
nn = torch.nn


def seen(module: nn.Module, run: Callable[[], object]) -> int:
    """How often a hook of a module runs."""
    outputs: list[object] = []
    handle = module.register_forward_hook(lambda module, args, output: outputs.append(output))
    run()
    handle.remove()
    return len(outputs)


@pytest.mark.finding("monai", "monai/networks/nets/hovernet.py", "7748d59c491b843be243a4ed45213ed8")
def test_the_blocks_of_an_encoder() -> None:
    blocks = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3))
    x = torch.zeros(1, 3, 8, 8)
    assert seen(blocks[0], lambda: [block.forward(x) for block in blocks[:1]]) == 0
    assert seen(blocks[0], lambda: [block(x) for block in blocks[:1]]) == 1


@pytest.mark.finding("lightly", "lightly/utils/benchmarking/knn_classifier.py", "c21bad38bd2de8f4cbe8e76b59b71d01")
@pytest.mark.finding("cogdl", "cogdl/models/nn/dropedge_gcn.py", "5d28914a77958e51ad4372c0308eef88")
def test_a_wrapper_that_delegates() -> None:
    class Wrapper(nn.Module):
        def __init__(self, model: nn.Module) -> None:
            super().__init__()
            self.model = model

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.model.forward(x)

    wrapper = Wrapper(nn.Linear(3, 2))
    assert seen(wrapper, lambda: wrapper(torch.zeros(1, 3))) == 1
    assert seen(wrapper.model, lambda: wrapper(torch.zeros(1, 3))) == 0
    assert seen(wrapper.model, lambda: wrapper.model(torch.zeros(1, 3))) == 1


@pytest.mark.finding("cogdl", "cogdl/models/emb/dngr.py", "0d57e84a87e413f91d25b110d59ed166")
def test_operations_are_counted_for_the_caller() -> None:
    from torch.utils.flop_counter import FlopCounterMode

    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 3))
    x = torch.zeros(4, 3, requires_grad=True)
    with FlopCounterMode(display=False) as direct:
        model.forward(x)
    assert "Sequential" not in direct.get_flop_counts()
    with FlopCounterMode(display=False) as called:
        model(x)
    assert "Sequential" in called.get_flop_counts()


@pytest.mark.finding(
    "fairseq", "fairseq/examples/byte_level_bpe/gru_transformer.py", "60ebb6b1f9dc7c294bd762b3d304dc67"
)
def test_a_pruned_layer_keeps_its_old_weight() -> None:
    from torch.nn.utils import prune

    gru = nn.GRU(3, 2)
    prune.random_unstructured(gru, "weight_ih_l0", amount=0.5)
    x = torch.ones(4, 1, 3)
    before = gru.forward(x)[0]
    with torch.no_grad():
        gru.weight_ih_l0_orig.mul_(10)
    assert torch.equal(gru.forward(x)[0], before)
    assert not torch.equal(gru(x)[0], before)
