# Adapted from https://github.com/wenet-e2e/wekws/pull/141: keyword labels stay int32 up to the loss.
import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pad_sequence


def padding(sample):
    order = sorted(sample, key=lambda one: len(one["feat"]), reverse=True)
    feats_lengths = torch.tensor([len(one["feat"]) for one in order], dtype=torch.int32)
    labels = torch.tensor([one["label"] for one in order], dtype=torch.int32)
    feats = pad_sequence([one["feat"] for one in order], batch_first=True)
    return feats, labels, feats_lengths


def cross_entropy(logits, target):
    """Loss and accuracy of one batch."""
    loss = F.cross_entropy(logits, target)  # expect: TL401
    accuracy = (logits.argmax(dim=-1) == target).float().mean()
    return loss, accuracy


def criterion(type, logits, target, lengths):
    if type == "ce":
        return cross_entropy(logits, target)
    raise ValueError(type)


class Executor:
    def train(self, model, optimizer, data_loader):
        for feats, target, lengths in data_loader:
            logits = model(feats.mean(dim=1))
            loss, acc = criterion("ce", logits, target, lengths)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def main():
    sample = [{"feat": torch.randn(10 + n, 40), "label": n % 3} for n in range(8)]
    loader = torch.utils.data.DataLoader(sample, batch_size=4, collate_fn=padding)
    model = torch.nn.Linear(40, 3)
    Executor().train(model, torch.optim.Adam(model.parameters()), loader)


if __name__ == "__main__":
    main()
