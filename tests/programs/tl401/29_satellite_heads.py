# Adapted from https://github.com/allenai/satlaspretrain_models/issues/5: the head casts the masks to floats.
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class SimpleHead(nn.Module):
    def __init__(self, task_type, backbone_channels, num_categories):
        super().__init__()
        self.task_type = task_type
        self.layers = nn.Sequential(
            nn.Conv2d(backbone_channels, 16, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(16, num_categories, 3, padding=1),
        )

    def forward(self, image_list, raw_features, targets=None):
        raw_outputs = self.layers(raw_features)
        loss = None
        if self.task_type == "segment":
            outputs = F.softmax(raw_outputs, dim=1)
            if targets is not None:
                task_targets = torch.stack([target for target in targets], dim=0).float()
                loss = F.cross_entropy(raw_outputs, task_targets, reduction="none")  # expect: TL401
                loss = loss.mean()
        else:
            outputs = torch.sigmoid(raw_outputs)
            if targets is not None:
                task_targets = torch.cat([target for target in targets], dim=0).float()
                loss = F.binary_cross_entropy_with_logits(raw_outputs, task_targets)
        return outputs, loss


class Scenes(Dataset):
    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        image = torch.rand(9, 32, 32)
        land_cover = torch.randint(0, 5, (32, 32))
        return image, land_cover


def main():
    backbone = nn.Conv2d(9, 8, 1)
    head = SimpleHead("segment", 8, 5)
    optimizer = torch.optim.Adam([*backbone.parameters(), *head.parameters()], lr=1e-4)
    for images, masks in DataLoader(Scenes(8), batch_size=4):
        features = backbone(images)
        _, loss = head(images, features, masks)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    main()
