# Prompt tuning: the optimizer complains about an empty parameter list.
import torch
from torch import nn


class Prompts(nn.Module):
    def __init__(self, tasks, length, dim):
        super().__init__()
        self.tasks = list(tasks)
        self.prompts = []  # expect: TL103
        for _ in self.tasks:
            prompt = nn.Parameter(torch.empty(length, dim))
            nn.init.normal_(prompt, std=0.02)
            self.prompts.append(prompt)

    def forward(self, embedded, task):
        prompt = self.prompts[self.tasks.index(task)]
        return torch.cat([prompt.expand(len(embedded), -1, -1), embedded], dim=1)


def tune(model, batches, tasks):
    prompts = Prompts(tasks, 8, 64)
    optimizer = torch.optim.AdamW(prompts.parameters(), lr=1e-2)
    for embedded, task in batches:
        optimizer.zero_grad()
        model(prompts(embedded, task)).mean().backward()
        optimizer.step()
