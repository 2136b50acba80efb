# Probabilities of actions turn into NaN in a policy gradient; asked is whether the logarithm in the loss does it:
# https://github.com/MorvanZhou/Reinforcement-learning-with-tensorflow/issues/99
import torch
from torch import nn
import torch.nn.functional as F


class PolicyGradient:
    def __init__(self, features, actions, gamma=0.95):
        self.actions = actions
        self.gamma = gamma
        self.net = nn.Sequential(nn.Linear(features, 10), nn.Tanh(), nn.Linear(10, actions))
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=0.02)
        self.observations, self.taken, self.rewards = [], [], []

    def choose_action(self, observation):
        with torch.no_grad():
            weights = F.softmax(self.net(observation), dim=-1)
        return int(torch.multinomial(weights, 1))

    def store(self, observation, action, reward):
        self.observations.append(observation)
        self.taken.append(action)
        self.rewards.append(reward)

    def returns(self):
        running, out = 0.0, []
        for reward in reversed(self.rewards):
            running = reward + self.gamma * running
            out.append(running)
        values = torch.tensor(out[::-1])
        return values - values.mean()

    def learn(self):
        all_act_prob = F.softmax(self.net(torch.stack(self.observations)), dim=1)
        chosen = F.one_hot(torch.tensor(self.taken), self.actions).float()
        vt = self.returns()
        neg_log_prob = torch.sum(-torch.log(all_act_prob) * chosen, dim=1)  # expect: TL302
        loss = (neg_log_prob * vt).mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


if __name__ == "__main__":
    agent = PolicyGradient(4, 2)
    for _ in range(5):
        state = torch.randn(4)
        agent.store(state, agent.choose_action(state), 1.0)
    agent.learn()
