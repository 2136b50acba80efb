# Why doesn't cuda() move a tensor that is a member of the module? https://stackoverflow.com/q/60908827
import torch


class ToyModule(torch.nn.Module):
    def __init__(self) -> None:
        super(ToyModule, self).__init__()
        self.layer = torch.nn.Linear(2, 3)
        self.expected_moved_cuda_tensor = torch.tensor([0, 2, 3])  # expect: TL101

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        hidden = self.layer(input)
        hidden = torch.relu(hidden)
        return hidden + self.expected_moved_cuda_tensor


if __name__ == "__main__":
    device = "cuda" if torch.cuda.is_available() else "cpu"
    toy_module = ToyModule()
    toy_module.to(device)
    print(toy_module(torch.ones(4, 2, device=device)))
