# Adapted from https://github.com/pytorch/pytorch/issues/40357: positions as integers where logits and floats belong.
import torch
import torch.nn as nn


class SpanModel(nn.Module):
    def __init__(self, vocabulary, width=128):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.encoder = nn.TransformerEncoderLayer(width, 4, batch_first=True)
        self.span = nn.Linear(width, 2)

    def forward(self, token_ids):
        hidden = self.encoder(self.embed(token_ids))
        start, end = self.span(hidden).unbind(-1)
        return start, end


class Trainer:
    def __init__(self, model, device):
        self.model, self.device = model, device

    def loss_fn(self, preds, labels):
        return nn.BCEWithLogitsLoss()(preds, labels)  # expect: TL402

    def spans(self, starts, ends, length):
        positions = torch.arange(length, device=self.device)
        inside = (positions >= starts[:, None]) & (positions <= ends[:, None])
        return inside

    def train_fn(self, dataloader, optimizer):
        for batch in dataloader:
            token_ids = batch["ids"].to(self.device, dtype=torch.long)
            start_scores, end_scores = self.model(token_ids)
            label = self.spans(batch["start"], batch["end"], token_ids.size(1))
            batch_loss = self.loss_fn(start_scores + end_scores, label)
            batch_loss.backward()
            optimizer.step()
            optimizer.zero_grad()
