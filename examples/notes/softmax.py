"""Softmax in floating point: where the formula breaks, and why subtracting the maximum repairs it.

Every function states one thing and lets torch assert it. Run me: python examples/notes/softmax.py
"""

import torch
import torch.nn.functional as F


def by_formula(x):
    return torch.exp(x) / torch.sum(torch.exp(x), dim=-1, keepdim=True)  # expect: TL301


def by_shifted_formula(x):
    shifted = x - x.max(dim=-1, keepdim=True).values
    return torch.exp(shifted) / torch.sum(torch.exp(shifted), dim=-1, keepdim=True)


def the_formula_is_right_for_small_scores():
    x = torch.randn(3, 5)
    torch.testing.assert_close(by_formula(x), torch.softmax(x, dim=-1))


def the_formula_overflows():
    """exp of 89 and more is infinite in float32, and inf / inf is NaN; in float16 that begins at 12. Very negative
    scores fail as well: every exp is 0, and 0 / 0 is NaN."""
    assert torch.exp(torch.tensor(89.0)).isinf()
    assert torch.exp(torch.tensor(12.0, dtype=torch.float16)).isinf()
    large = torch.tensor([1000.0, 1001.0, 1002.0])
    assert by_formula(large).isnan().all()
    assert by_formula(-large).isnan().all()
    assert torch.softmax(large, dim=-1).isfinite().all()
    assert torch.softmax(-large, dim=-1).isfinite().all()


def softmax_does_not_change_by_a_shift():
    """softmax(x) == softmax(x + c), so the maximum may be subtracted: then every exponent is at most 0, one of them is
    0, and the sum is between 1 and n. torch does the same."""
    x = torch.randn(3, 5, dtype=torch.float64)
    torch.testing.assert_close(torch.softmax(x + 3.0, dim=-1), torch.softmax(x, dim=-1))
    shifted = x - x.max(dim=-1, keepdim=True).values
    total = torch.exp(shifted).sum(dim=-1)
    assert (shifted <= 0).all()
    assert ((total >= 1) & (total <= 5)).all()
    for scale in (1.0, 1000.0):
        torch.testing.assert_close(by_shifted_formula(x * scale), torch.softmax(x * scale, dim=-1))


def its_logarithm_needs_a_form_of_its_own():
    """A stable softmax still rounds small probabilities to 0, whose logarithm is -inf; log_softmax keeps them."""
    x = torch.tensor([0.0, 200.0])
    assert torch.log(torch.softmax(x, dim=-1))[0] == -torch.inf  # expect: TL302
    assert F.log_softmax(x, dim=-1)[0] == -200.0
    y = torch.randn(3, 5)
    torch.testing.assert_close(F.log_softmax(y, dim=-1), y - torch.logsumexp(y, dim=-1, keepdim=True))


def so_does_the_logarithm_of_the_sum():
    """log(sum(exp(x))) overflows like the formula; logsumexp takes the maximum out first."""
    x = torch.tensor([1000.0, 1000.0])
    assert torch.log(torch.sum(torch.exp(x), dim=-1)).isinf()  # expect: TL303
    torch.testing.assert_close(torch.logsumexp(x, dim=-1), torch.tensor(1000.0) + torch.tensor(2.0).log())


def the_gradient_breaks_with_the_value():
    """One NaN in the forward pass is a NaN in every gradient behind it."""
    for function, finite in ((by_formula, False), (by_shifted_formula, True)):
        x = torch.tensor([1000.0, 0.0], requires_grad=True)
        function(x)[0].backward()
        assert x.grad.isfinite().all() == finite


def main():
    torch.manual_seed(0)
    the_formula_is_right_for_small_scores()
    the_formula_overflows()
    softmax_does_not_change_by_a_shift()
    its_logarithm_needs_a_form_of_its_own()
    so_does_the_logarithm_of_the_sum()
    the_gradient_breaks_with_the_value()


if __name__ == "__main__":
    main()
