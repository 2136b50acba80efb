"""Results that are dropped: what the line was to change stays as it was."""

import pytest

torch = pytest.importorskip("torch")

PADDING = torch.tensor([[False, False, False], [False, True, True]])


@pytest.mark.finding("funasr", "funasr/frontends/utils/feature_transform.py", "9c6755ba379f71808333dfea441a3f70")
def test_the_padding_of_normalised_features() -> None:
    x = torch.ones(2, 3, 4) - 3.0  # features minus their mean
    x.masked_fill(PADDING[:, :, None], 0.0)
    assert (x[1, 1:] == -2).all()
    x = x.masked_fill(PADDING[:, :, None], 0.0)
    assert (x[1, 1:] == 0).all()


@pytest.mark.finding("funasr", "funasr/frontends/utils/feature_transform.py", "470c3cc307421da372f74dbec8bee296")
def test_the_padding_of_normalised_utterances() -> None:
    x_ = torch.full((2, 3, 4), 5.0)
    total = x_.sum(1)
    x_.masked_fill(PADDING[:, :, None], 0.0)
    assert torch.equal(x_.sum(1), total)
    assert x_.masked_fill(PADDING[:, :, None], 0.0).sum(1)[1].tolist() == [5.0] * 4


@pytest.mark.finding("funasr", "funasr/frontends/utils/mask_estimator.py", "0814ac24d64ac0135c6003c55bc46ae9")
def test_the_padding_of_a_mask() -> None:
    mask = torch.sigmoid(torch.zeros(2, 4, 3))
    mask.masked_fill(PADDING[:, None, :], 0)
    assert (mask == 0.5).all()
    assert (mask.masked_fill(PADDING[:, None, :], 0)[1, :, 1:] == 0).all()


@pytest.mark.finding(
    "modelscope", "modelscope/models/cv/image_matching_fast/lightglue/lightglue.py", "f33cdf5333f6ac9268bde10b93768f67"
)
def test_attention_to_what_is_masked() -> None:
    sim = torch.zeros(2, 3)
    sim.masked_fill(PADDING, float("-inf"))
    assert torch.allclose(torch.softmax(sim, -1)[1], torch.full((3,), 1 / 3))
    sim = sim.masked_fill(PADDING, float("-inf"))
    assert torch.softmax(sim, -1)[1].tolist() == [1.0, 0.0, 0.0]


@pytest.mark.finding(
    "transformers", "transformers/models/gpt_bigcode/modeling_gpt_bigcode.py", "684370bca86da251531675caf3bd6a3c"
)
def test_a_mask_that_keeps_two_dimensions() -> None:
    encoder_attention_mask = torch.ones(2, 5)
    encoder_attention_mask.unsqueeze(1)
    assert encoder_attention_mask.dim() == 2  # the assertion on the next line asks for 3
    assert encoder_attention_mask.unsqueeze(1).dim() == 3
