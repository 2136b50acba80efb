# Some parameters aren't updated when BatchNorm1d is used: the bias in front has no gradient:
# https://discuss.pytorch.org/t/use-of-batchnorm1d-seems-to-prevent-some-model-parameters-from-being-updated/136025
import torch

INPUT_SIZE = 2
OUTPUT_SIZE = 2
BATCH_SIZE = 4
NUM_STEPS = 2


class Step(torch.nn.Module):
    def __init__(self, size):
        super().__init__()
        self.fc = torch.nn.Linear(size, size, bias=False)
        self.bn = torch.nn.BatchNorm1d(size)

    def forward(self, inputs):
        hidden = self.fc(inputs)
        return self.bn(hidden)


class Model(torch.nn.Module):
    def __init__(self, input_size, output_size):
        super().__init__()
        self.fc1 = torch.nn.Linear(input_size, output_size)
        self.fc2 = torch.nn.Linear(output_size, output_size)
        self.steps = torch.nn.ModuleList()
        for _ in range(NUM_STEPS):
            self.steps.append(Step(output_size))

    def forward(self, inputs):
        hidden = self.fc1(inputs)
        for step in range(NUM_STEPS):
            hidden = self.steps[step](hidden)
        return self.fc2(hidden)


def unchanged(model, data):
    before = {name: value.clone() for name, value in model.named_parameters()}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(data).pow(2).mean().backward()
    optimizer.step()
    return [name for name, value in model.named_parameters() if torch.allclose(value, before[name])]


if __name__ == "__main__":
    torch.manual_seed(0)
    print(unchanged(Model(INPUT_SIZE, OUTPUT_SIZE), torch.randn(BATCH_SIZE, INPUT_SIZE)))
