"""Batch and layer normalization: what they compute, over which axes, and with which statistics.

Every function states one thing and lets torch assert it. Run me: python examples/notes/normalization.py
"""

import torch
from torch import nn


def batch_norm_is_this_formula():
    """O = gamma_c (I - mu_c) / sqrt(sigma_c^2 + eps) + beta_c, per channel, with the biased variance."""
    x = torch.randn(4, 3, 5, 6) * 2 + 1
    norm = nn.BatchNorm2d(3)
    with torch.no_grad():
        norm.weight.copy_(torch.tensor([0.5, 1.0, -2.0]))
        norm.bias.copy_(torch.tensor([1.0, 0.0, 3.0]))
    mean = x.mean(dim=(0, 2, 3), keepdim=True)
    variance = x.var(dim=(0, 2, 3), unbiased=False, keepdim=True)
    gamma, beta = norm.weight.reshape(1, 3, 1, 1), norm.bias.reshape(1, 3, 1, 1)
    torch.testing.assert_close(gamma * (x - mean) / torch.sqrt(variance + norm.eps) + beta, norm(x))


def batch_norm_without_eps():
    """The short form of the notes, "disregarding eps". For values of ordinary size it agrees with torch up to about
    eps / 2; a channel that is constant divides zero by zero, which is what eps is for."""
    x = torch.randn(4, 3, 5, 6)
    manual = (x - x.mean(dim = (0,2,3), keepdim = True))/x.std(dim = (0,2,3), unbiased = False, keepdim = True)
    norm = nn.BatchNorm2d(3, affine=False)
    torch.testing.assert_close(manual, norm(x), atol=1e-4, rtol=1e-4)
    assert not torch.equal(manual, norm(x))
    flat = torch.ones(4, 3, 5, 6)
    manual = (flat - flat.mean(dim=(0, 2, 3), keepdim=True)) / flat.std(dim=(0, 2, 3), unbiased=False, keepdim=True)
    assert manual.isnan().all()
    assert norm(flat).isfinite().all()


def the_unbiased_variance_is_not_what_torch_divides_by():
    """`unbiased=False` matters: the default of std() divides by n - 1."""
    x = torch.randn(2, 3, 2, 2)
    centred = x - x.mean(dim=(0, 2, 3), keepdim=True)
    biased = centred / x.std(dim=(0, 2, 3), unbiased=False, keepdim=True)
    default = centred / x.std(dim=(0, 2, 3), keepdim=True)
    expected = nn.BatchNorm2d(3, affine=False)(x)
    torch.testing.assert_close(biased, expected, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(default, biased * (7 / 8) ** 0.5)


def gamma_and_beta_set_mean_and_deviation():
    """Whatever the layers before do to a channel, its mean after the norm is beta and its deviation |gamma|: both are
    learned directly by gradient descent."""
    norm = nn.BatchNorm2d(3)
    with torch.no_grad():
        norm.weight.copy_(torch.tensor([0.5, 1.0, 2.0]))
        norm.bias.copy_(torch.tensor([-1.0, 0.0, 3.0]))
    for scale, shift in ((1.0, 0.0), (50.0, -7.0)):
        y = norm(torch.randn(16, 3, 8, 8) * scale + shift)
        torch.testing.assert_close(y.mean(dim=(0, 2, 3)), norm.bias.detach(), atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(y.std(dim=(0, 2, 3), unbiased=False), norm.weight.detach(), atol=1e-4, rtol=1e-4)
    y.square().mean().backward()
    assert norm.weight.grad.abs().min() > 0
    assert norm.bias.grad[[0, 2]].abs().min() > 0


def small_batches_have_noisy_statistics():
    """The mean of a batch varies more the smaller the batch is: like 1 / n."""
    noise = {n: torch.randn(2000, n).mean(dim=1).var().item() for n in (2, 64)}
    assert 20 < noise[2] / noise[64] < 50


def running_statistics_are_for_eval():
    """The notes say that training computes and uses running statistics. torch: in training, the statistics of the
    batch normalize, and the running ones are only updated (by the factor `momentum`, with the unbiased variance); in
    eval, the running ones normalize and nothing is updated."""
    x = torch.randn(4, 3, 5, 5) * 3 + 2
    norm = nn.BatchNorm2d(3, affine=False)
    mean, variance = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3))
    training = norm(x)
    torch.testing.assert_close(training.mean(dim=(0, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(norm.running_mean, 0.9 * torch.zeros(3) + 0.1 * mean)
    torch.testing.assert_close(norm.running_var, 0.9 * torch.ones(3) + 0.1 * variance)

    norm.eval()
    before = norm.running_mean.clone()
    scale = torch.sqrt(norm.running_var + norm.eps).reshape(1, 3, 1, 1)
    torch.testing.assert_close(norm(x), (x - norm.running_mean.reshape(1, 3, 1, 1)) / scale)
    assert torch.equal(norm.running_mean, before)
    assert not torch.allclose(norm(x), training)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)  # expect: TL201
        self.norm = nn.BatchNorm2d(4)

    def forward(self, x):
        return self.norm(self.conv(x))


def a_bias_before_batch_norm_does_nothing():
    """The mean takes the bias away again: changing it changes no output, and it gets no gradient but rounding.

    The notes call the bias not needed. torch adds two conditions: the norm follows directly (after a ReLU the bias
    counts), and in eval a bias can only be dropped together with its part of the running mean.
    """
    block = Block()
    parameters = dict(block.named_parameters())
    weight, bias = parameters["conv.weight"], parameters["conv.bias"]
    x = torch.randn(8, 3, 6, 6)
    expected = block(x)
    expected.square().sum().backward()
    assert bias.grad.abs().max() < 1e-3 < weight.grad.abs().max()
    with torch.no_grad():
        bias.add_(5.0)
    torch.testing.assert_close(block(x), expected, atol=1e-4, rtol=1e-4)

    with torch.no_grad():
        with_bias = nn.functional.conv2d(x, weight, bias, padding=1)
        without = nn.functional.conv2d(x, weight, padding=1)
        fresh = nn.BatchNorm2d(4)
        assert not torch.allclose(fresh(with_bias.relu()), fresh(without.relu()), atol=0.1)

        block.eval()
        expected = block(x)
        assert not torch.allclose(block.norm(without), expected)
        block.norm.running_mean -= bias
        torch.testing.assert_close(block.norm(without), expected, atol=1e-4, rtol=1e-4)


def layer_norm_is_this_formula():
    """O = gamma_y (I - mu_bcx) / sqrt(sigma_bcx^2 + eps) + beta_y: over the last axis, also with the biased variance.
    (torch's LayerNorm takes several last axes as well: it normalizes over those in `normalized_shape`.)"""
    x = torch.randn(2, 3, 4, 5) * 2 + 1
    norm = nn.LayerNorm(5)
    with torch.no_grad():
        norm.weight.copy_(torch.randn(5))
        norm.bias.copy_(torch.randn(5))
    mean = x.mean(dim=-1, keepdim=True)
    variance = x.var(dim=-1, unbiased=False, keepdim=True)
    torch.testing.assert_close(norm.weight * (x - mean) / torch.sqrt(variance + norm.eps) + norm.bias, norm(x))


def layer_norm_without_eps():
    """The short form, again without eps: equal for values of ordinary size, NaN for a token of equal features."""
    x = torch.randn(2, 7, 64)
    manual = (x - x.mean(dim = (-1), keepdim = True))/x.std(dim = (-1), unbiased = False, keepdim = True)
    norm = nn.LayerNorm(64, elementwise_affine=False)
    torch.testing.assert_close(manual, norm(x), atol=1e-3, rtol=1e-3)
    flat = torch.ones(1, 64)
    manual = (flat - flat.mean(dim=-1, keepdim=True)) / flat.std(dim=-1, unbiased=False, keepdim=True)
    assert manual.isnan().all()
    assert norm(flat).isfinite().all()


def layer_norm_does_not_mix_samples():
    """Each token is normalized alone, whoever else is in the batch; batch norm depends on the others."""
    x = torch.randn(4, 7, 5)
    layer = nn.LayerNorm(5)
    torch.testing.assert_close(layer(x)[:1], layer(x[:1]))
    torch.testing.assert_close(layer(x)[:, :1], layer(x[:, :1]))
    batch = nn.BatchNorm1d(7)
    assert not torch.allclose(batch(x)[:1], batch(x[:1]), atol=0.01)


def main():
    torch.manual_seed(0)
    batch_norm_is_this_formula()
    batch_norm_without_eps()
    the_unbiased_variance_is_not_what_torch_divides_by()
    gamma_and_beta_set_mean_and_deviation()
    small_batches_have_noisy_statistics()
    running_statistics_are_for_eval()
    a_bias_before_batch_norm_does_nothing()
    layer_norm_is_this_formula()
    layer_norm_without_eps()
    layer_norm_does_not_mix_samples()


if __name__ == "__main__":
    main()
