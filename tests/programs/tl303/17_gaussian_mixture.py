# A mixture of Gaussians whose log-sum-exp is log(sum(exp(v))), reported to give wrong results where v is far below zero:
# https://github.com/microsoft/knossos-ksc/issues/523
import math

import torch


def logsumexp(values):
    return torch.log(torch.sum(torch.exp(values), dim=-1))  # expect: TL303


def log_wishart_prior(log_diagonal, gamma):
    return 0.5 * gamma**2 * log_diagonal.exp().pow(2).sum()


def objective(alphas, means, log_diagonal, x, gamma=1.0):
    dim = x.shape[1]
    centred = x.unsqueeze(1) - means
    scaled = centred * log_diagonal.exp()
    inner = alphas + log_diagonal.sum(-1) - 0.5 * scaled.pow(2).sum(-1)
    terms = logsumexp(inner)
    slack = logsumexp(alphas)
    constant = -len(x) * dim * 0.5 * math.log(2 * math.pi)
    return constant + terms.sum() - len(x) * slack + log_wishart_prior(log_diagonal, gamma)


if __name__ == "__main__":
    print(objective(torch.randn(5), torch.randn(5, 3), torch.randn(5, 3), torch.randn(10, 3)))
