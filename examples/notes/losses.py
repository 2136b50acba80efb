"""binary_cross_entropy_with_logits and cross_entropy: what they expect, and when they agree.

Every function states one thing about them and lets torch assert it. Run me: python examples/notes/losses.py
"""

import contextlib

import torch
import torch.nn.functional as F


@contextlib.contextmanager
def raises(part):
    """The block must end in a RuntimeError with `part` in its message."""
    try:
        yield
    except RuntimeError as error:
        assert part in str(error), error
    else:
        raise AssertionError("no error")


def one_score_per_sample_or_one_per_class():
    """The binary loss takes one score a sample, the other one a score for every class: two in the binary case."""
    target = torch.tensor([0, 1, 1])
    assert F.binary_cross_entropy_with_logits(torch.randn(3), target.float()).shape == ()
    assert F.cross_entropy(torch.randn(3, 2), target).shape == ()


def float_target_for_the_binary_loss():
    """The binary loss takes a float target of the shape of its input, and no other."""
    scores = torch.randn(3)
    indices = torch.randint(2, (3,))
    with raises("result type Float can't be cast to the desired output type Long"):
        F.binary_cross_entropy_with_logits(scores, indices)  # expect: TL402
    F.binary_cross_entropy_with_logits(scores, indices.to(scores.dtype))


def long_target_for_cross_entropy():
    """cross_entropy takes class indices as int64. The notes stop there; torch also takes uint8 indices, and class
    probabilities: then the target is float and has the shape of the input."""
    scores = torch.randn(3, 5)
    indices = torch.randint(5, (3,))
    with raises("expected target dtype to be Long or Byte"):
        F.cross_entropy(scores, indices.float())  # expect: TL401
    loss = F.cross_entropy(scores, indices)
    torch.testing.assert_close(F.cross_entropy(scores, indices.to(torch.uint8)), loss)
    torch.testing.assert_close(F.cross_entropy(scores, F.one_hot(indices, 5).float()), loss)


def a_column_of_zeros_makes_them_equal():
    """Both give the same loss when a column of zeros is the score of class 0, up to rounding; so does the formula."""
    input = torch.randn(3, requires_grad=True)
    target = torch.randint(2, (3,), dtype = torch.float32)
    # These are equivalent
    a = F.binary_cross_entropy_with_logits(input, target)
    b = F.cross_entropy(torch.cat((torch.zeros((3,1)), input.unsqueeze(1)), 1), target.type(torch.int64))
    c = -(target*torch.log(torch.sigmoid(input)) + (1-target)*torch.log(1-torch.sigmoid(input))).mean()  # expect: TL304, TL304
    gradients = [torch.autograd.grad(loss, input)[0] for loss in (a, b, c)]
    torch.testing.assert_close(b, a)
    torch.testing.assert_close(c, a)
    torch.testing.assert_close(gradients[1], gradients[0])
    torch.testing.assert_close(gradients[2], gradients[0])


def cross_entropy_by_hand():
    """cross_entropy is the mean of -log softmax at the target. Indexing with list(range(n)) works; arange is the same
    without a Python list, and stays on the device of the scores when it is given that device."""
    input = torch.randn(3, 5, requires_grad=True)
    target = torch.randint(5, (3,), dtype=torch.int64)
    # These are equivalent
    a = F.cross_entropy(input, target)
    b = -torch.log(torch.softmax(input, dim = -1))[list(range(input.shape[0])), target].mean()  # expect: TL302
    c = -F.log_softmax(input, dim=-1)[torch.arange(input.shape[0], device=input.device), target].mean()
    torch.testing.assert_close(b, a)
    torch.testing.assert_close(c, a)


def the_formulas_break_where_the_losses_do_not():
    """"Equivalent" holds for scores of ordinary size only: in float32, sigmoid(200) is 1 and log(1 - 1) is -inf."""
    input = torch.tensor([200.0, -200.0])
    target = torch.tensor([0.0, 1.0])
    by_hand = -(target * torch.log(torch.sigmoid(input)) + (1 - target) * torch.log(1 - torch.sigmoid(input)))  # expect: TL304, TL304
    assert not by_hand.isfinite().any()
    assert F.binary_cross_entropy_with_logits(input, target).item() == 200.0

    scores = torch.tensor([[200.0, 0.0]])
    assert torch.log(torch.softmax(scores, dim=-1))[0, 1].item() == -torch.inf  # expect: TL302
    assert F.cross_entropy(scores, torch.tensor([1])).item() == 200.0


def main():
    torch.manual_seed(0)
    one_score_per_sample_or_one_per_class()
    float_target_for_the_binary_loss()
    long_target_for_cross_entropy()
    a_column_of_zeros_makes_them_equal()
    cross_entropy_by_hand()
    the_formulas_break_where_the_losses_do_not()


if __name__ == "__main__":
    main()
