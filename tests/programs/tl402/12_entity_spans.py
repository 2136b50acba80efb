# Adapted from https://github.com/ShannonAI/mrc-for-flat-nested-ner/issues/36: start, end and match labels stay int64.
import torch
from torch import nn
from torch.nn.modules import BCEWithLogitsLoss, CrossEntropyLoss


class EntitySpans(nn.Module):
    def __init__(self, hidden, cross_entropy):
        super().__init__()
        self.start_outputs = nn.Linear(hidden, 1)
        self.end_outputs = nn.Linear(hidden, 1)
        self.span_embedding = nn.Bilinear(hidden, hidden, 1)
        self.loss = CrossEntropyLoss() if cross_entropy else BCEWithLogitsLoss(reduction="none")
        self.match_loss = BCEWithLogitsLoss(reduction="none")

    def forward(self, heatmap):
        return self.start_outputs(heatmap), self.end_outputs(heatmap)

    def compute_loss(self, sequence, match_labels, label_mask):
        batch_size, length = label_mask.shape
        start = sequence.unsqueeze(2).expand(-1, -1, length, -1)
        end = sequence.unsqueeze(1).expand(-1, length, -1, -1)
        match_logits = self.span_embedding(start.contiguous(), end.contiguous()).squeeze(-1)
        pairs = torch.ones_like(match_labels).triu(0).long()
        wanted = match_labels.to(torch.int64) * pairs
        loss = self.match_loss(match_logits.view(batch_size, -1), wanted.view(batch_size, -1))  # expect: TL402
        return (loss * label_mask.repeat(1, length)).sum() / label_mask.sum()
