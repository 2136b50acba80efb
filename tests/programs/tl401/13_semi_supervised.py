# Adapted from https://github.com/kekmodel/FixMatch-pytorch/issues/52: the labelled part's targets are int32.
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class Labelled(Dataset):
    def __init__(self, data, targets, indexs):
        self.data = data[indexs]
        self.targets = np.asarray(targets, dtype=np.int32)[indexs]

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        img, target = self.data[index], self.targets[index]
        return torch.from_numpy(img), torch.as_tensor(target)


def train(labeled_loader, unlabeled, model, threshold=0.95):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.03, nesterov=True, momentum=0.9)
    for inputs_x, targets_x in labeled_loader:
        weak, strong = unlabeled
        logits = model(torch.cat((inputs_x, weak, strong)))
        logits_x, logits_u = logits[: len(inputs_x)], logits[len(inputs_x) :]
        logits_w, logits_s = logits_u.chunk(2)
        Lx = F.cross_entropy(logits_x, targets_x, reduction="mean")  # expect: TL401
        max_probs, targets_u = torch.max(torch.softmax(logits_w.detach(), dim=-1), dim=-1)
        mask = max_probs.ge(threshold).float()
        Lu = (F.cross_entropy(logits_s, targets_u, reduction="none") * mask).mean()
        optimizer.zero_grad()
        (Lx + Lu).backward()
        optimizer.step()


if __name__ == "__main__":
    images = np.random.rand(20, 3, 8, 8).astype(np.float32)
    loader = DataLoader(Labelled(images, [i % 10 for i in range(20)], np.arange(16)), batch_size=8)
    net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 36, 10))
    train(loader, (torch.rand(6, 3, 8, 8), torch.rand(6, 3, 8, 8)), net)
