"""Dropouts that don't ask whether the module trains: the same input gives two results in evaluation."""

from collections.abc import Callable

import pytest

torch = pytest.importorskip("torch")
F = torch.nn.functional


def varies(forward: Callable[[torch.Tensor, bool], torch.Tensor], training: bool) -> bool:
    torch.manual_seed(0)
    x = torch.ones(2, 4, 8)
    return not torch.equal(forward(x, training), forward(x, training))


@pytest.mark.finding("lightning-bolts", "pl_bolts/models/gans/basic/components.py", "9b418dd448325e1f2f08b856cea5d741")
@pytest.mark.finding("lightning-bolts", "pl_bolts/models/gans/basic/components.py", "10718b32ae03d43be904f0de32f08454")
def test_a_discriminator() -> None:
    assert varies(lambda x, training: F.dropout(x, 0.3), training=False)
    assert not varies(lambda x, training: F.dropout(x, 0.3, training), training=False)


@pytest.mark.finding("funasr", "funasr/models/ctc/ctc.py", "480a03f0a88c32d108ba00bcc8953304")
def test_the_input_of_a_ctc_loss() -> None:
    assert varies(lambda x, training: F.dropout(x, p=0.1), training=False)
    assert not varies(lambda x, training: F.dropout(x, p=0.1, training=training), training=False)


@pytest.mark.finding("vit-pytorch", "vit_pytorch/vivit.py", "c5415849e790785569e2e5d72e380274")
@pytest.mark.finding("monai", "monai/networks/blocks/selfattention.py", "01a60eb64cfe05548e9ec3c226afe6a5")
def test_fused_attention() -> None:
    def attend(x: torch.Tensor, rate: float) -> torch.Tensor:
        return F.scaled_dot_product_attention(x, x, x, dropout_p=rate)

    assert varies(lambda x, training: attend(x, 0.5), training=False)
    assert not varies(lambda x, training: attend(x, 0.5 if training else 0.0), training=False)
