# Adapted from https://github.com/doronharitan/human_activity_recognition_LRCN/issues/4: the last layers of a recurrent network.
import torch
from torch import nn


class ConvLstm(nn.Module):
    def __init__(self, latent, hidden, classes):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(3, 16, 3, stride=4), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten())
        self.project = nn.Linear(256, latent)
        self.lstm = nn.LSTM(latent, hidden, batch_first=True)
        self.output_layer = nn.Sequential(nn.Linear(hidden, classes), nn.Softmax(dim=-1))

    def forward(self, x):
        batch, steps, channels, height, width = x.shape
        conv_input = x.reshape(batch * steps, channels, height, width)
        latent = self.project(self.conv(conv_input))
        output, _ = self.lstm(latent.view(batch, steps, -1))
        output = output[:, -1, :]
        output = self.output_layer(output)
        return output


def train_model(model, dataloader, optimizer, criterion):
    model.train()
    train_loss = 0.0
    for local_images, local_labels in dataloader:
        optimizer.zero_grad()
        output = model(local_images)
        loss = criterion(output, local_labels)  # expect: TL403
        train_loss += loss.item()
        loss.backward()
        optimizer.step()
    return train_loss


def main(dataloader):
    model = ConvLstm(512, 256, 55)
    model = model.to("cuda")
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(30):
        train_model(model, dataloader, optimizer, criterion)
