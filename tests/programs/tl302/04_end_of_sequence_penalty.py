# A penalty on the probability of the end-of-sequence token made the loss NaN after some steps:
# https://foreai.co/blog/nans-out-of-nowhere-the-trick-that-saved-my-training-run
import torch
import torch.nn.functional as F


def loss_with_penalty(logits, targets, is_positive, eos_id, weight=0.1):
    vocabulary = logits.shape[-1]
    cross_entropy = F.cross_entropy(logits.reshape(-1, vocabulary), targets.reshape(-1))
    probabilities = F.softmax(logits, dim=-1)
    eos = probabilities[..., eos_id]
    negative = ~is_positive
    stopping = -torch.log(eos)  # expect: TL302
    penalty = (stopping * negative.unsqueeze(-1)).sum() / negative.sum().clamp(min=1)
    return cross_entropy + weight * penalty


if __name__ == "__main__":
    batch, length, vocabulary = 2, 6, 11
    logits = 50 * torch.randn(batch, length, vocabulary)
    targets = torch.randint(vocabulary, (batch, length))
    print(loss_with_penalty(logits, targets, torch.tensor([True, False]), 3))
