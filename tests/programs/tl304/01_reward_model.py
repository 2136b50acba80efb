# The loss of a reward model is infinite when sigmoid() returns 0; the repair was logsigmoid:
# https://github.com/deepspeedai/DeepSpeedExamples/pull/501
import torch
from torch import nn


class RewardModel(nn.Module):
    def __init__(self, base, hidden, pad):
        super().__init__()
        self.base = base
        self.v_head = nn.Linear(hidden, 1, bias=False)
        self.pad = pad

    def forward(self, tokens):
        hidden = self.base(tokens)
        rewards = self.v_head(hidden).squeeze(-1)
        half = tokens.shape[0] // 2
        chosen, rejected = rewards[:half], rewards[half:]
        loss = 0
        for i in range(half):
            differing = (tokens[i] != tokens[half + i]).nonzero()
            start = int(differing[0])
            c_truncated = chosen[i][start:]
            r_truncated = rejected[i][start:]
            preference = torch.sigmoid(c_truncated - r_truncated)
            loss += -torch.log(preference).mean()  # expect: TL304
        return loss / half


if __name__ == "__main__":
    print(RewardModel(nn.Embedding(50, 8), 8, 0)(torch.randint(50, (4, 6))))
