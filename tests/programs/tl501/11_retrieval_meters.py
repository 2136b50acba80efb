# Top-k counts of a retrieval model, in a comprehension: https://github.com/feymanpriv/DOLG/issues/13
import torch


def topks_correct(predictions, labels, ks):
    """How many of the labels are among the k best predictions, for each k in ks."""
    assert predictions.size(0) == labels.size(0)
    _, best = torch.topk(predictions, max(ks), dim=1, largest=True, sorted=True)
    # (batch, max k) -> (max k, batch)
    best = torch.transpose(best, 0, 1)
    wanted = labels.view(1, -1).expand_as(best)
    top_max_k_correct = torch.eq(best, wanted)
    return [top_max_k_correct[:k, :].view(-1).float().sum() for k in ks]  # expect: TL501


def topk_errors(predictions, labels, ks):
    counts = topks_correct(predictions, labels, ks)
    return [(1.0 - count / predictions.size(0)) * 100.0 for count in counts]


if __name__ == "__main__":
    print(topk_errors(torch.randn(6, 10), torch.randint(0, 10, (6,)), (1, 5)))
