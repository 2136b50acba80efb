"""Views that merge axes which stand apart in memory."""

import pytest

torch = pytest.importorskip("torch")


@pytest.mark.finding("ultralytics", "ultralytics/utils/export/imx.py", "2c8fb77b72eeaafc04691b00e948bad0")
def test_keypoints_without_their_last_two_numbers() -> None:
    keypoints = torch.randn(1, 17 * 5, 8).view(1, 17, 5, 8)[:, :, :-2, :]
    with pytest.raises(RuntimeError, match="view"):
        keypoints.view(1, 17 * 3, 8)
    assert keypoints.reshape(1, 17 * 3, 8).shape == (1, 51, 8)


@pytest.mark.finding(
    "fairseq", "fairseq/examples/textless_nlp/gslm/unit2speech/tacotron2/model.py", "d7f2ee1ad8d4428ca566e41a15562881"
)
def test_two_frames_a_step() -> None:
    mels = torch.randn(2, 80, 10).transpose(1, 2)
    assert mels.view(2, 10, -1).shape == (2, 10, 80)  # one frame a step
    with pytest.raises(RuntimeError, match="view"):
        mels.view(2, 5, -1)
    assert mels.reshape(2, 5, -1).shape == (2, 5, 160)
