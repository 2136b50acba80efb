# Adapted from https://github.com/argusswift/YOLOv4-pytorch/issues/89: the head decodes with a sigmoid, the loss applies another.
import torch
from torch import nn


class Head(nn.Module):
    def __init__(self, width, anchors, classes):
        super().__init__()
        self.conv = nn.Conv2d(width, anchors * (5 + classes), 1)
        self.anchors = anchors
        self.classes = classes

    def forward(self, features):
        p = self.conv(features)
        batch, _, height, width = p.shape
        p = p.view(batch, self.anchors, 5 + self.classes, height, width)
        p = p.permute(0, 3, 4, 1, 2)
        raw_xywh, raw_conf, raw_prob = p[..., 0:4], p[..., 4:5], p[..., 5:]
        pred_conf = torch.sigmoid(raw_conf)
        pred_prob = torch.sigmoid(raw_prob)
        return raw_xywh, pred_conf, pred_prob


class YoloLoss(nn.Module):
    def __init__(self, head):
        super().__init__()
        self.head = head
        self.bce = nn.BCEWithLogitsLoss(reduction="none")

    def forward(self, features, conf, prob, boxes):
        xywh, pred_conf, pred_prob = self.head(features)
        loss_conf = self.bce(pred_conf, conf)  # expect: TL404
        loss_cls = conf * self.bce(pred_prob, prob)  # expect: TL404
        return loss_conf.sum() + loss_cls.sum() + (xywh - boxes).abs().sum()


def main(features, conf, prob, boxes):
    return YoloLoss(Head(256, 3, 20))(features, conf, prob, boxes)
