# The total correlation of a beta-TC-VAE, more stable with torch.logsumexp: https://github.com/nmichlo/disent/pull/41
import torch


def log_density(z, mean, log_variance):
    inverse = torch.exp(-log_variance)
    return -0.5 * ((z - mean) ** 2 * inverse + log_variance + 1.8378770664093453)


def total_correlation(z, mean, log_variance):
    batch = z.shape[0]
    pairwise = log_density(z.unsqueeze(1), mean.unsqueeze(0), log_variance.unsqueeze(0))
    joint = pairwise.sum(2)
    marginal = pairwise.exp().sum(1)
    log_qz = torch.log(torch.exp(joint).sum(1))  # expect: TL303
    log_product = marginal.log().sum(1)  # expect: TL303
    return (log_qz - log_product).mean() / batch


if __name__ == "__main__":
    print(total_correlation(torch.randn(8, 4), torch.randn(8, 4), torch.randn(8, 4)))
