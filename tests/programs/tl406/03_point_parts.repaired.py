# Adapted from https://github.com/yanx27/Pointnet_Pointnet2_pytorch/issues/30: the label's scores go to nll_loss as they are.
import torch
import torch.nn as nn
import torch.nn.functional as F


class PartNet(nn.Module):
    def __init__(self, categories, parts):
        super().__init__()
        self.feature = nn.Conv1d(3, 64, 1)
        self.fc1 = nn.Linear(64, 32)
        self.fc2 = nn.Linear(32, categories)
        self.seg = nn.Conv1d(64, parts, 1)

    def forward(self, points):
        x = F.relu(self.feature(points))
        pooled = x.max(2)[0]
        labels = self.fc2(F.relu(self.fc1(pooled)))
        seg = self.seg(x)
        seg = F.log_softmax(seg.transpose(2, 1), dim=-1)
        return labels, seg


class PointNetLoss(nn.Module):
    def __init__(self, weight=1):
        super().__init__()
        self.weight = weight

    def forward(self, labels_pred, label, seg_pred, seg):
        seg_loss = F.nll_loss(seg_pred.reshape(-1, seg_pred.size(-1)), seg.reshape(-1))
        label_loss = F.cross_entropy(labels_pred, label)
        return self.weight * seg_loss + (1 - self.weight) * label_loss


def main(loader):
    model = PartNet(16, 50)
    criterion = PointNetLoss(0.8)
    optimizer = torch.optim.Adam(model.parameters())
    for points, label, seg in loader:
        labels_pred, seg_pred = model(points)
        loss = criterion(labels_pred, label, seg_pred, seg)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
