# The scores of a face expression classifier go through a softmax of its own:
# https://github.com/IBM/MAX-Facial-Emotion-Classifier/issues/12
import torch
from torch import nn

LABELS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 16, 3, 2), nn.ReLU(), nn.Conv2d(16, 32, 3, 2), nn.ReLU())
        self.head = nn.Linear(32 * 15 * 15, len(LABELS))

    def forward(self, image):
        return self.head(self.features(image).flatten(1))


def softmax(scores):
    exponentials = scores.exp()
    return exponentials.div(exponentials.sum(dim=1).unsqueeze(1))  # expect: TL301


@torch.no_grad()
def predict(model, faces):
    model.eval()
    probabilities = softmax(model(faces))
    order = probabilities.argsort(dim=1, descending=True)
    return [[(LABELS[i], float(row[i])) for i in ranks] for row, ranks in zip(probabilities, order)]


if __name__ == "__main__":
    print(predict(Classifier(), torch.rand(2, 1, 64, 64))[0][0])
