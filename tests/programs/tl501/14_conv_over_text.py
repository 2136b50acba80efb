# Pooled features of a text convolution are put back in time order and flattened.
import torch
from torch import nn


class TextConv(nn.Module):
    def __init__(self, vocabulary, width, classes, length):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.conv = nn.Conv1d(width, width, 3, padding=1)
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(width * length, classes)

    def forward(self, tokens):
        embedded = self.embedding(tokens)
        features = self.conv(embedded.transpose(1, 2).contiguous())
        features = torch.relu(features).transpose(1, 2)
        features = self.drop(features)
        batch, length, width = features.shape
        flat = features.view(batch, length * width)  # expect: TL501
        return self.out(flat)


if __name__ == "__main__":
    model = TextConv(20, 6, 3, 9)
    print(model(torch.randint(0, 20, (4, 9))).shape)
