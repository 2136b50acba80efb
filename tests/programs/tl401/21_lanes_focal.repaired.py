# Adapted from https://github.com/cfzd/Ultra-Fast-Lane-Detection/issues/90: cells of lanes are integers of C's int.
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class SoftmaxFocalLoss(nn.Module):
    def __init__(self, gamma, ignore_lb=255):
        super().__init__()
        self.gamma = gamma
        self.nll = nn.NLLLoss(ignore_index=ignore_lb)

    def forward(self, logits, labels):
        scores = F.softmax(logits, dim=1)
        factor = torch.pow(1.0 - scores, self.gamma)
        log_score = F.log_softmax(logits, dim=1)
        log_score = factor * log_score
        loss = self.nll(log_score, labels)
        return loss


def grid_pts(points, num_cols, width):
    steps = np.linspace(0, width - 1, num_cols)
    cells = np.zeros(points.shape)
    for (row, lane), x in np.ndenumerate(points):
        cells[row, lane] = num_cols if x < 0 else x // (steps[1] - steps[0])
    return cells.astype(np.int64)


def get_loss_dict():
    return {"name": ["cls_loss"], "op": [SoftmaxFocalLoss(2)], "weight": [1.0]}


def main():
    points = np.random.uniform(-100, 800, (18, 4))
    cls_label = torch.from_numpy(grid_pts(points, 100, 800)).unsqueeze(0)
    cls_out = nn.Conv2d(3, 101, 1)(torch.rand(1, 3, 18, 4))
    losses = get_loss_dict()
    loss = losses["weight"][0] * losses["op"][0](cls_out, cls_label)
    loss.backward()


if __name__ == "__main__":
    main()
