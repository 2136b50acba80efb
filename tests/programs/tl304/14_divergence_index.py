# The reward of the chosen answer against the rejected one, from where the two diverge:
# https://github.com/pytorch/rl/pull/1328
import torch


def reward_loss(chosen_ids, rejected_ids, chosen_rewards, rejected_rewards, pad=0):
    losses = []
    for i in range(chosen_ids.shape[0]):
        ends = (chosen_ids[i] != pad).sum(), (rejected_ids[i] != pad).sum()
        end = int(max(ends))
        start = int((chosen_ids[i] != rejected_ids[i]).nonzero()[0])
        better, worse = chosen_rewards[i][start:end], rejected_rewards[i][start:end]
        gap = better - worse
        chance = gap.sigmoid()
        if end <= start:
            continue
        losses.append(-chance.log().mean())  # expect: TL304
    return torch.stack(losses).mean()


if __name__ == "__main__":
    first, second = torch.tensor([[1, 2, 3, 4]]), torch.tensor([[1, 5, 6, 0]])
    print(reward_loss(first, second, 90 * torch.randn(1, 4), torch.randn(1, 4)))
