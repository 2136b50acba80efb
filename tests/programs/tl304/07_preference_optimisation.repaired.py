# NaN gradients in direct preference optimisation, from log(sigmoid()) of large negative log-ratios:
# https://github.com/thinking-machines-lab/tinker-cookbook/pull/188
import torch
from torch.nn import functional as F


def sequence_logprob(logits, tokens):
    logprobs = F.log_softmax(logits, dim=-1)
    return logprobs.gather(-1, tokens.unsqueeze(-1)).squeeze(-1).sum(-1)


def preference_loss(policy, reference, chosen, rejected, beta=0.1):
    policy_gap = sequence_logprob(policy(chosen), chosen) - sequence_logprob(policy(rejected), rejected)
    with torch.no_grad():
        reference_gap = sequence_logprob(reference(chosen), chosen) - sequence_logprob(reference(rejected), rejected)
    margin = beta * (policy_gap - reference_gap)
    accuracy = (margin > 0).float().mean()
    losses = -F.logsigmoid(margin)
    return losses.mean(), accuracy


if __name__ == "__main__":
    make = lambda: torch.nn.Sequential(torch.nn.Embedding(9, 4), torch.nn.Linear(4, 9))
    print(preference_loss(make(), make(), torch.randint(9, (3, 7)), torch.randint(9, (3, 7))))
