# Adapted from https://github.com/xuebinqin/U-2-Net/issues/25: a mask of integers for every side output's loss.
import torch
import torch.nn as nn

bce_loss = nn.BCELoss()


def multi_bce_loss_fusion(d0, d1, d2, labels_v):
    loss0 = bce_loss(d0, labels_v)  # expect: TL402
    loss1 = bce_loss(d1, labels_v)  # expect: TL402
    loss2 = bce_loss(d2, labels_v)  # expect: TL402
    return loss0, loss0 + loss1 + loss2


class Sides(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.side1, self.side2, self.out = nn.Conv2d(8, 1, 1), nn.Conv2d(8, 1, 3, padding=1), nn.Conv2d(2, 1, 1)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        d1, d2 = self.side1(x), self.side2(x)
        d0 = self.out(torch.cat((d1, d2), dim=1))
        return torch.sigmoid(d0), torch.sigmoid(d1), torch.sigmoid(d2)


def to_mask(image):
    mask = torch.where(image.mean(dim=1, keepdim=True) > 0.5, 1, 0)
    return mask


def main():
    net = Sides()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.001)
    images = torch.rand(2, 3, 32, 32)
    labels_v = to_mask(images)
    d0, d1, d2 = net(images)
    loss2, loss = multi_bce_loss_fusion(d0, d1, d2, labels_v)
    loss.backward()
    optimizer.step()


if __name__ == "__main__":
    main()
