# NaN makes an agent collapse; the advice was to add 1e-7 to the softmax of its policy:
# https://github.com/awjuliani/DeepRL-Agents/issues/34
import torch
from torch import nn


class Network(nn.Module):
    def __init__(self, states, actions):
        super().__init__()
        self.rnn = nn.GRUCell(states, 16)
        self.policy_layer = nn.Linear(16, actions, bias=False)
        self.value_layer = nn.Linear(16, 1)

    def forward(self, state, memory):
        rnn_out = self.rnn(state, memory)
        policy = nn.functional.softmax(self.policy_layer(rnn_out), dim=1)
        policy = policy + 1e-7
        value = self.value_layer(rnn_out)
        return policy, value, rnn_out


def policy_loss(policy, actions, advantages):
    responsible = policy.gather(1, actions.unsqueeze(1)).squeeze(1)
    log_responsible = torch.log(responsible)  # expect: TL302
    return -(log_responsible * advantages).sum()


def update(network, states, actions, rewards):
    policy, value, _ = network(states, torch.zeros(len(states), 16))
    advantages = rewards - value.squeeze(1)
    loss = policy_loss(policy, actions, advantages.detach()) + 0.5 * advantages.pow(2).sum()
    loss.backward()
    return loss.item()


if __name__ == "__main__":
    print(update(Network(3, 4), torch.randn(6, 3), torch.randint(4, (6,)), torch.randn(6)))
