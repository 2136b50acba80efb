# Adapted from https://github.com/huggingface/setfit/issues/211: a data set that always hands labels out as int64.
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class SentenceDataset(Dataset):
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, idx):
        return self.x[idx], self.y[idx]

    @staticmethod
    def collate_fn(batch):
        features, labels = [], []
        for feature, label in batch:
            features.append(feature)
            labels.append(label)
        return torch.stack(features), torch.LongTensor(labels)


class Head(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.linear = nn.Linear(in_features, out_features)

    def forward(self, features, temperature=1.0):
        return self.linear(features) / temperature

    def get_loss_fn(self):
        return nn.BCEWithLogitsLoss()


def fit(head, x_train, y_train, num_epochs=2):
    dataset = SentenceDataset(x_train, y_train)
    dataloader = DataLoader(dataset, batch_size=4, collate_fn=dataset.collate_fn, shuffle=True)
    criterion = head.get_loss_fn()
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-2)
    for epoch in range(num_epochs):
        for features, labels in dataloader:
            optimizer.zero_grad()
            logits = head(features)
            loss = criterion(logits, labels)  # expect: TL402
            loss.backward()
            optimizer.step()


if __name__ == "__main__":
    fit(Head(12, 3), torch.randn(10, 12), [[1, 0, 1]] * 10)
