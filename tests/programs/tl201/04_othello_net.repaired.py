# A board game network normalises every layer but keeps every bias: https://github.com/suragnair/alpha-zero-general/pull/73
import torch
import torch.nn as nn
import torch.nn.functional as F


class OthelloNet(nn.Module):
    def __init__(self, board_x, board_y, action_size, num_channels=32, dropout=0.3):
        super().__init__()
        self.board_x, self.board_y = board_x, board_y
        self.num_channels = num_channels
        self.dropout = dropout

        self.conv1 = nn.Conv2d(1, num_channels, 3, stride=1, padding=1, bias=False)
        self.conv2 = nn.Conv2d(num_channels, num_channels, 3, stride=1, bias=False)
        self.bn1 = nn.BatchNorm2d(num_channels)
        self.bn2 = nn.BatchNorm2d(num_channels)

        self.fc1 = nn.Linear(num_channels * (board_x - 2) * (board_y - 2), 64, bias=False)
        self.fc_bn1 = nn.BatchNorm1d(64)
        self.fc2 = nn.Linear(64, action_size)
        self.fc3 = nn.Linear(64, 1)

    def forward(self, s):
        s = s.reshape(-1, 1, self.board_x, self.board_y)
        s = F.relu(self.bn1(self.conv1(s)))
        s = F.relu(self.bn2(self.conv2(s)))
        s = s.reshape(-1, self.num_channels * (self.board_x - 2) * (self.board_y - 2))
        s = F.dropout(F.relu(self.fc_bn1(self.fc1(s))), p=self.dropout, training=self.training)
        pi = self.fc2(s)
        v = self.fc3(s)
        return F.log_softmax(pi, dim=1), torch.tanh(v)


if __name__ == "__main__":
    pi, v = OthelloNet(6, 6, 37)(torch.randn(4, 6, 6))
    print(pi.shape, v.shape)
