# NaN in the probabilities of actions, and an epsilon that is added to all of them:
# https://github.com/IntelLabs/coach/pull/451
import torch
from torch import nn


class ActorHead(nn.Module):
    def __init__(self, inputs, actions):
        super().__init__()
        self.fc = nn.Linear(inputs, actions)
        self.eps = 1e-8

    def forward(self, features):
        policy_values = self.fc(features)
        policy_probs = torch.softmax(policy_values, dim=-1)
        return policy_probs + self.eps


class Agent:
    def __init__(self, head, rate=1e-3):
        self.head = head
        self.optimiser = torch.optim.Adam(head.parameters(), lr=rate)

    def learn(self, features, actions, advantages):
        probs = self.head(features)
        chosen = probs[torch.arange(len(actions)), actions]
        action_log_probs = torch.log(chosen)  # expect: TL302
        loss = -(action_log_probs * advantages).mean()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return loss.item()


if __name__ == "__main__":
    agent = Agent(ActorHead(4, 3))
    print(agent.learn(torch.randn(5, 4), torch.randint(3, (5,)), torch.randn(5)))
