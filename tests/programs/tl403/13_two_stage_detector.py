# The class branch of a detector gives probabilities to the loss and to the matcher; the boxes are another output.
import torch
import torch.nn.functional as F
from torch import nn


class Head(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.fc = nn.Linear(width, 256)
        self.cls_score = nn.Linear(256, classes + 1)
        self.bbox_pred = nn.Linear(256, 4)

    def forward(self, features):
        x = F.relu(self.fc(features))
        cls_score = torch.softmax(self.cls_score(x), dim=1)
        bbox_pred = self.bbox_pred(x)
        return cls_score, bbox_pred


class Detector(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.head = Head(width, classes)

    def forward(self, features, labels, targets):
        cls_score, bbox_pred = self.head(features)
        foreground = labels > 0
        loss_cls = F.cross_entropy(cls_score, labels)  # expect: TL403
        loss_box = F.smooth_l1_loss(bbox_pred[foreground], targets[foreground])
        return loss_cls + loss_box
