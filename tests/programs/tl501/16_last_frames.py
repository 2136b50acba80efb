# The last frames of each clip are cut out along an inner axis and flattened.
import torch
from torch import nn


class ClipHead(nn.Module):
    def __init__(self, features, keep, classes):
        super().__init__()
        self.keep = keep
        self.encode = nn.Linear(features, features)
        self.classify = nn.Linear(features * keep, classes)

    def forward(self, clips):
        encoded = self.encode(clips)
        people, frames, features = encoded.shape
        recent = encoded[:, -self.keep :]
        smoothed = recent.transpose(1, 2)
        smoothed = smoothed - smoothed.mean(-1, keepdim=True)
        return self.classify(smoothed.view(people, -1))  # expect: TL501


def run(head, clips):
    scores = head(clips)
    return scores.softmax(-1)


if __name__ == "__main__":
    print(run(ClipHead(6, 3, 4), torch.randn(5, 8, 6)).shape)
