"""Exponentials divided by their sum: NaN where one overflows."""

import pytest

torch = pytest.importorskip("torch")


def assert_nan(weights: "torch.Tensor", right: "torch.Tensor") -> None:
    """The hand-written weights are NaN somewhere; the right ones sum to 1."""
    assert weights.isnan().any()
    torch.testing.assert_close(right.sum(0), torch.ones(right.shape[1:]))


@pytest.mark.finding("torch-rechub", "torch_rechub/models/matching/narm.py", "ec16d007530ed0cb8447f8dcc47bdc73")
def test_attention_over_a_session() -> None:
    v = torch.full((200, 1), 0.6)
    q = torch.sigmoid(torch.full((3, 200), 1.5)) @ v
    mask = torch.tensor([[True], [True], [False]])
    alpha = torch.exp(q) * mask
    alpha /= alpha.sum(dim=0, keepdim=True)
    assert_nan(alpha, q.masked_fill(~mask, -torch.inf).softmax(0))


@pytest.mark.parametrize(
    "axis",
    [
        pytest.param(
            0,
            marks=pytest.mark.finding(
                "transformers",
                "transformers/models/videoprism/modeling_videoprism.py",
                "022a126dc6ae94cffb1d8a2d5c38a988",
            ),
        ),
        pytest.param(
            1,
            marks=pytest.mark.finding(
                "transformers",
                "transformers/models/videoprism/modeling_videoprism.py",
                "495f9f6cf43096094a29e56840bef2f7",
            ),
        ),
    ],
)
def test_similarities_over_a_small_temperature(axis: int) -> None:
    similarity = torch.tensor([[0.9, 0.1], [0.2, 0.8]]) / 0.01
    exponentials = torch.exp(similarity) if axis == 0 else torch.exp(similarity).T
    assert_nan(exponentials / exponentials.sum(0, keepdim=True), (similarity if axis == 0 else similarity.T).softmax(0))


@pytest.mark.finding(
    "modelscope",
    "modelscope/models/cv/video_object_segmentation/inference_memory_bank.py",
    "aa344ab34e67a2bc009c2629dba7a980",
)
def test_the_largest_affinities_of_a_memory() -> None:
    keys = torch.full((2, 64), 3.5)
    affinity = (keys @ keys.T / 8).clone()
    values, _ = torch.topk(affinity, k=2, dim=0)
    right = values.softmax(0)
    weights = values.exp_()
    weights /= weights.sum(dim=0, keepdim=True)
    assert_nan(weights, right)


@pytest.mark.finding(
    "transformers", "transformers/models/videoprism/modular_videoprism.py", "022a126dc6ae94cffb1d8a2d5c38a988"
)
def test_similarities_in_the_modular_file() -> None:
    similarity = torch.matmul(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.95, 0.3]]).T) / 0.01
    exponentials = torch.exp(similarity)
    assert_nan(exponentials / exponentials.sum(0, keepdims=True), similarity.softmax(0))
