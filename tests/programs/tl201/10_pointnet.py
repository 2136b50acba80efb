# Every layer of a point network's transform is normalised, so none but the last needs a bias: https://github.com/fxia22/pointnet.pytorch/issues/39
import torch
import torch.nn as nn
import torch.nn.functional as F


class STN3d(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv1d(3, 64, 1)  # expect: TL201
        self.conv2 = torch.nn.Conv1d(64, 128, 1)  # expect: TL201
        self.fc1 = nn.Linear(128, 64)  # expect: TL201
        self.fc2 = nn.Linear(64, 9)

        self.bn1 = nn.BatchNorm1d(64)
        self.bn2 = nn.BatchNorm1d(128)
        self.bn3 = nn.BatchNorm1d(64)

    def forward(self, points):
        x = F.relu(self.bn1(self.conv1(points)))
        x = F.relu(self.bn2(self.conv2(x)))
        x = torch.max(x, 2, keepdim=True)[0]
        x = x.reshape(-1, 128)
        x = F.relu(self.bn3(self.fc1(x)))
        x = self.fc2(x)
        identity = torch.eye(3, device=x.device).flatten()
        return (x + identity).reshape(-1, 3, 3)


def align(points, stn):
    transform = stn(points)
    return torch.bmm(points.transpose(2, 1), transform).transpose(2, 1)


if __name__ == "__main__":
    print(align(torch.randn(4, 3, 50), STN3d()).shape)
