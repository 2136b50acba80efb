# A picture is turned by transpose() and then flattened for a linear layer: https://www.marioraach.de/en/blog/pytorch-transpose-view
import torch
from torch import nn


def gradient(height, width):
    return torch.arange(height * width, dtype=torch.float32).reshape(height, width)


class Classifier(nn.Module):
    def __init__(self, pixels, classes):
        super().__init__()
        self.hidden = nn.Linear(pixels, 16)
        self.out = nn.Linear(16, classes)

    def forward(self, flat):
        return self.out(torch.relu(self.hidden(flat)))


def main():
    image = gradient(2, 4)
    rotated = image.transpose(0, 1)
    brighter = rotated * 2 + 1
    model = Classifier(8, 3)
    model.eval()
    flat = brighter.reshape(1, 8)
    with torch.no_grad():
        print(model(flat).argmax(dim=1))


if __name__ == "__main__":
    main()
