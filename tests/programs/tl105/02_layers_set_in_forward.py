# May layers be set as attributes in forward? https://discuss.pytorch.org/t/can-i-instantiate-layers-in-forward-function/105054
import torch.nn as nn
import torch.nn.functional as F


class MyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Conv2d(3, 32, 3)

    def forward(self, x):
        out = F.relu(self.layer1(x))

        self.layer2 = nn.Conv2d(32, 64, 3)  # expect: TL105
        self.layer3 = nn.Conv2d(64, 2, 3)  # expect: TL105
        out = F.relu(self.layer2(out))
        out = self.layer3(out)
        return out
