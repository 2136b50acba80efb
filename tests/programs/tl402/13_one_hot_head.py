# Adapted from https://github.com/open-mmlab/mmpretrain/issues/1520: one-hot labels of integers with a sigmoid loss.
import torch
import torch.nn as nn
import torch.nn.functional as F


def binary_cross_entropy(pred, label, weight=None):
    assert pred.dim() == label.dim()
    loss = F.binary_cross_entropy_with_logits(pred, label, reduction="none")  # expect: TL402
    if weight is not None:
        loss = loss * weight.reshape(-1, 1)
    return loss.mean()


class Preprocessor:
    def __init__(self, num_classes, to_onehot):
        self.num_classes, self.to_onehot = num_classes, to_onehot

    def __call__(self, inputs, gt_label):
        inputs = (inputs - 127.5) / 127.5
        return inputs, F.one_hot(gt_label, self.num_classes)


class Head(nn.Module):
    def __init__(self, in_channels, num_classes):
        super().__init__()
        self.fc = nn.Linear(in_channels, num_classes)
        self.criterion = binary_cross_entropy

    def loss(self, feats, target):
        cls_score = self.fc(feats.flatten(1))
        return self.criterion(cls_score, target)


def main():
    preprocess = Preprocessor(10, to_onehot=True)
    head = Head(3 * 16 * 16, 10)
    inputs, target = preprocess(torch.randint(0, 256, (4, 3, 16, 16)).float(), torch.tensor([1, 3, 9, 0]))
    head.loss(inputs, target).backward()


if __name__ == "__main__":
    main()
