# The mixture loss of a world model gave -inf in a variant without the maximum: https://github.com/ctallec/world-models/issues/35
import torch
from torch.distributions import Normal


def gmm_loss(batch, mus, sigmas, logpi, reduce=True):
    normal = Normal(mus, sigmas)
    g_log_probs = normal.log_prob(batch.unsqueeze(-2))
    g_log_probs = logpi + torch.sum(g_log_probs, dim=-1)
    log_prob = torch.logsumexp(g_log_probs, dim=-1)
    if reduce:
        return -torch.mean(log_prob)
    return -log_prob


if __name__ == "__main__":
    logpi = torch.log_softmax(torch.randn(4, 5), dim=-1)
    print(gmm_loss(torch.randn(4, 32), torch.randn(4, 5, 32), torch.rand(4, 5, 32) + 0.01, logpi))
