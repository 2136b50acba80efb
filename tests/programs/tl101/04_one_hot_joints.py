# A one-hot table made by a method isn't moved by the trainer: https://github.com/Lightning-AI/pytorch-lightning/issues/3674
import pytorch_lightning as pl
import torch
import torch.nn.functional as F


class SkeletonModel(pl.LightningModule):
    def __init__(self, segments=20, joints=25):
        super().__init__()
        self.segments = segments
        self.joints = joints
        self.tem = self.one_hot(self.segments, self.joints)  # expect: TL101
        self.tem = self.tem.permute(2, 0, 1)
        self.layer_1 = torch.nn.Linear(3 * joints + segments, 128)
        self.layer_2 = torch.nn.Linear(128, 10)

    def one_hot(self, size, copies):
        index = torch.arange(size).unsqueeze(-1)
        table = torch.zeros(size, size)
        table.scatter_(1, index, 1)
        return table.unsqueeze(0).repeat(copies, 1, 1)

    def forward(self, x):
        frames = torch.cat([x, self.tem[:, :, 0].expand(x.size(0), -1, -1).flatten(1)], dim=1)
        hidden = F.relu(self.layer_1(frames))
        return self.layer_2(hidden)

    def training_step(self, batch, batch_idx):
        x, y = batch
        return F.cross_entropy(self(x), y)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-3)
