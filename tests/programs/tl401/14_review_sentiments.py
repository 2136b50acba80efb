# Adapted from https://github.com/rasbt/machine-learning-book/issues/192: an integer column that came out of Spark.
import pandas as pd
import torch
from torch import nn


class ReviewDataset(torch.utils.data.Dataset):
    def __init__(self, encodings, labels):
        self.encodings = encodings
        self.labels = torch.from_numpy(labels)

    def __getitem__(self, idx):
        item = {key: torch.tensor(val[idx]) for key, val in self.encodings.items()}
        item["labels"] = self.labels[idx]
        return item

    def __len__(self):
        return len(self.labels)


class Classifier(nn.Module):
    def __init__(self, words, num_labels):
        super().__init__()
        self.embeddings = nn.EmbeddingBag(words, 32)
        self.classifier = nn.Linear(32, num_labels)

    def forward(self, input_ids, labels=None):
        logits = self.classifier(self.embeddings(input_ids))
        loss = None
        if labels is not None:
            loss_fct = nn.CrossEntropyLoss()
            loss = loss_fct(logits, labels)  # expect: TL401
        return {"loss": loss, "logits": logits}


def main():
    frame = pd.DataFrame({"review": [[1, 2, 3], [4, 5, 6], [7, 8, 9]], "sentiment": [1, 0, 1]})
    frame["sentiment"] = frame["sentiment"].astype("int32")
    train_labels = frame["sentiment"].values
    dataset = ReviewDataset({"input_ids": frame["review"].tolist()}, train_labels)
    model = Classifier(10, 2)
    for batch in torch.utils.data.DataLoader(dataset, batch_size=2):
        outputs = model(batch["input_ids"], labels=batch["labels"])
        outputs["loss"].backward()


if __name__ == "__main__":
    main()
