# A sigmoid loss of a reward model changed to log(sigmoid()): https://github.com/HarderThenHarder/transformers_tasks/issues/15
import torch


def rank_loss(ranked):
    loss, pairs = torch.zeros(()), 0
    for rewards in ranked:
        for i in range(len(rewards) - 1):
            for j in range(i + 1, len(rewards)):
                difference = rewards[i] - rewards[j]
                pairs += 1
                loss = loss - torch.nn.functional.logsigmoid(difference)
    return loss / pairs


if __name__ == "__main__":
    scorer = torch.nn.Linear(6, 1)
    print(rank_loss([scorer(torch.randn(4, 6)).squeeze(1) for _ in range(2)]))
