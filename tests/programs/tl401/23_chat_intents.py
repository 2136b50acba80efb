# Adapted from https://github.com/patrickloeber/pytorch-chatbot/issues/17: tags of intents are int32 on Windows.
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


def bag_of_words(sentence, words):
    bag = np.zeros(len(words), dtype=np.float32)
    for position, word in enumerate(words):
        if word in sentence:
            bag[position] = 1.0
    return bag


class ChatDataset(Dataset):
    def __init__(self, x_data, y_data):
        self.n_samples = len(x_data)
        self.x_data = x_data
        self.y_data = y_data

    def __getitem__(self, index):
        return self.x_data[index], self.y_data[index]

    def __len__(self):
        return self.n_samples


class NeuralNet(nn.Module):
    def __init__(self, input_size, hidden_size, num_classes):
        super().__init__()
        self.l1 = nn.Linear(input_size, hidden_size)
        self.l2 = nn.Linear(hidden_size, num_classes)

    def forward(self, x):
        return self.l2(torch.relu(self.l1(x)))


words = ["hi", "bye", "open", "pay"]
tags = ["greeting", "goodbye", "shop"]
sentences = [("hi there", "greeting"), ("bye now", "goodbye"), ("open today", "shop"), ("can i pay", "shop")]
X_train, y_train = [], []
for sentence, tag in sentences:
    X_train.append(bag_of_words(sentence, words))
    y_train.append(tags.index(tag))
X_train = np.array(X_train)
y_train = np.array(y_train, dtype=np.int32)

device = torch.device("cpu")
train_loader = DataLoader(dataset=ChatDataset(X_train, y_train), batch_size=2, shuffle=True)
model = NeuralNet(len(words), 8, len(tags)).to(device)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)

for epoch in range(10):
    for batch_words, labels in train_loader:
        batch_words = batch_words.to(device)
        labels = labels.to(device)
        outputs = model(batch_words)
        loss = criterion(outputs, labels)  # expect: TL401
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
