# Adapted from https://github.com/DSKSD/DeepNLP-models-Pytorch/issues/2: log_softmax in forward, CrossEntropyLoss outside.
import torch
import torch.nn as nn
import torch.nn.functional as F


class SentenceCnn(nn.Module):
    def __init__(self, vocabulary, embedding, kernels, output):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.convs = nn.ModuleList([nn.Conv2d(1, 100, (k, embedding)) for k in kernels])
        self.dropout = nn.Dropout(0.5)
        self.fc = nn.Linear(len(kernels) * 100, output)

    def forward(self, inputs):
        embedded = self.embedding(inputs).unsqueeze(1)
        maps = [F.relu(conv(embedded)).squeeze(3) for conv in self.convs]
        pooled = [F.max_pool1d(one, one.size(2)).squeeze(2) for one in maps]
        out = self.dropout(torch.cat(pooled, 1))
        out = self.fc(out)
        return F.log_softmax(out, 1)


model = SentenceCnn(5000, 300, (3, 4, 5), 6)
loss_function = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)


def epoch(batches):
    for inputs, targets in batches:
        model.zero_grad()
        preds = model(inputs)
        loss = loss_function(preds, targets)  # expect: TL403
        loss.backward()
        optimizer.step()
