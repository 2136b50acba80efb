# Adapted from https://github.com/ahmedbesbes/character-based-cnn/issues/5: scraped ratings from 0 to 10 are doubles.
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


class ReviewDataset(Dataset):
    def __init__(self, texts, labels, alphabet, max_length):
        self.texts = texts
        self.labels = labels
        self.identity_mat = np.identity(len(alphabet))
        self.alphabet = alphabet
        self.max_length = max_length

    def __len__(self):
        return len(self.texts)

    def __getitem__(self, index):
        raw_text = self.texts[index]
        rows = [self.identity_mat[self.alphabet.index(c)] for c in raw_text if c in self.alphabet]
        data = np.array(rows, dtype=np.float32)[: self.max_length]
        padded = np.zeros((self.max_length, len(self.alphabet)), dtype=np.float32)
        padded[: len(data)] = data
        label = self.labels[index]
        return torch.Tensor(padded), label


class CharacterLevelCNN(nn.Module):
    def __init__(self, number_of_characters, number_of_classes):
        super().__init__()
        self.conv1 = nn.Sequential(nn.Conv1d(number_of_characters, 16, 3), nn.ReLU(), nn.AdaptiveMaxPool1d(4))
        self.fc = nn.Linear(64, number_of_classes)

    def forward(self, x):
        x = self.conv1(x.transpose(1, 2))
        return self.fc(x.view(x.size(0), -1))


def load_data(rows):
    texts, labels = [], []
    for text, rating in rows:
        texts.append(text.lower())
        labels.append(int(rating) // 2)
    return texts, labels


def run(rows):
    texts, labels = load_data(rows)
    training_set = ReviewDataset(texts, labels, "abcdefghijklmnopqrstuvwxyz ", 64)
    training_generator = DataLoader(training_set, batch_size=2, shuffle=True)
    model = CharacterLevelCNN(27, 6)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(2):
        for features, labels in training_generator:
            optimizer.zero_grad()
            predictions = model(features)
            loss = criterion(predictions, labels)
            loss.backward()
            optimizer.step()


if __name__ == "__main__":
    run([("quite good", "8"), ("dreadful", "0"), ("a fine product", "10"), ("so so", "4")])
