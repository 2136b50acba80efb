# Adapted from https://github.com/behavioral-data/Empathy-Mental-Health/issues/16: int32 labels out of a table.
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, RandomSampler, TensorDataset


class BiEncoder(nn.Module):
    def __init__(self, empathy_num_labels, rationale_num_labels):
        super().__init__()
        self.empathy_num_labels = empathy_num_labels
        self.rationale_num_labels = rationale_num_labels
        self.encoder = nn.Embedding(100, 24)
        self.empathy_classifier = nn.Linear(24, empathy_num_labels)
        self.rationale_classifier = nn.Linear(24, rationale_num_labels)

    def forward(self, input_ids, attention_mask, empathy_labels=None, rationale_labels=None, lambda_RE=0.5):
        hidden = self.encoder(input_ids) * attention_mask.unsqueeze(-1)
        logits_empathy = self.empathy_classifier(hidden[:, 0])
        logits_rationale = self.rationale_classifier(hidden)
        loss_rationale, loss_empathy = 0.0, 0.0
        loss_fct = nn.CrossEntropyLoss()
        if rationale_labels is not None:
            active = attention_mask.view(-1) == 1
            active_logits = logits_rationale.view(-1, self.rationale_num_labels)[active]
            loss_rationale = loss_fct(active_logits, rationale_labels.view(-1)[active])
        if empathy_labels is not None:
            loss_empathy = loss_fct(logits_empathy.view(-1, self.empathy_num_labels), empathy_labels.view(-1))  # expect: TL401
        return loss_empathy + lambda_RE * loss_rationale, logits_empathy, logits_rationale


def main():
    labels = np.random.randint(0, 3, size=40).astype(np.int32)
    rationales = np.random.randint(0, 2, size=(40, 12))
    input_ids = torch.randint(0, 100, (40, 12))
    attention_masks = torch.ones(40, 12)
    labels = torch.tensor(labels)
    rationales = torch.tensor(rationales)
    train_dataset = TensorDataset(input_ids, attention_masks, labels, rationales)
    train_dataloader = DataLoader(train_dataset, sampler=RandomSampler(train_dataset), batch_size=8)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = BiEncoder(3, 2).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5)
    for step, batch in enumerate(train_dataloader):
        b_input_ids = batch[0].to(device)
        b_input_mask = batch[1].to(device)
        b_labels = batch[2].to(device)
        b_rationales = batch[3].to(device)
        model.zero_grad()
        loss, _, _ = model(b_input_ids, b_input_mask, empathy_labels=b_labels, rationale_labels=b_rationales)
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    main()
