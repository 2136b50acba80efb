# "solve numerical instability of log_softmax cross-entropy", in a network that finds the pitch of a voice:
# https://github.com/dansuh17/jdcnet-pytorch/issues/3
import torch
from torch import nn


class CrossEntropyLoss(nn.Module):
    def __init__(self, classes, smoothing=0.1):
        super().__init__()
        self.softmax = nn.Softmax(dim=-1)
        self.classes, self.smoothing = classes, smoothing

    def smooth(self, target):
        one_hot = nn.functional.one_hot(target, self.classes).float()
        return one_hot * (1 - self.smoothing) + self.smoothing / self.classes

    def forward(self, prediction, target):
        probability = self.softmax(prediction)
        target = self.smooth(target)
        batch, frames, classes = probability.shape
        flat = probability.view(batch * frames, classes)
        target = target.view(batch * frames, classes)
        log_probability = torch.log(flat)  # expect: TL302
        return -(target * log_probability).sum(dim=1).mean()


if __name__ == "__main__":
    model = nn.LSTM(12, 16, batch_first=True)
    out, _ = model(torch.randn(2, 5, 12))
    print(CrossEntropyLoss(16)(out, torch.randint(16, (2, 5))))
