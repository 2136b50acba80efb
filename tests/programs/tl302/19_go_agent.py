# With negative rewards the cross-entropy of unlikely moves grows until it is NaN:
# https://gitmemories.com/maxpumperla/deep_learning_and_the_game_of_go/issues/90
import torch
from torch import nn


def go_model(board):
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(8 * board * board, board * board),
        nn.Softmax(dim=1),
    )


class PolicyAgent:
    def __init__(self, board=5):
        self.model = go_model(board)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=1e-3)

    def select_move(self, state):
        with torch.no_grad():
            return int(self.model(state.unsqueeze(0)).argmax())

    def train(self, states, moves, rewards):
        predictions = self.model(states)
        target = torch.zeros_like(predictions)
        target[torch.arange(len(moves)), moves] = rewards
        cross_entropy = -(target * torch.log(predictions)).sum(1)  # expect: TL302
        loss = cross_entropy.mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


if __name__ == "__main__":
    agent = PolicyAgent()
    print(agent.train(torch.rand(3, 1, 5, 5), torch.tensor([1, 7, 24]), torch.tensor([1.0, -1.0, 1.0])))
