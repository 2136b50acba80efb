# Bin centres of a loss didn't follow .to(device): https://github.com/Project-MONAI/MONAI/pull/8872
import torch
from torch.nn.modules.loss import _Loss


class MutualInformationLoss(_Loss):
    def __init__(self, num_bins: int = 23, sigma_ratio: float = 0.5) -> None:
        super().__init__()
        bin_centers = torch.linspace(0.0, 1.0, num_bins)
        sigma = torch.mean(bin_centers[1:] - bin_centers[:-1]) * sigma_ratio
        self.num_bins = num_bins
        self.preterm = 1 / (2 * sigma**2)
        self.bin_centers = bin_centers[None, None, ...]  # expect: TL101

    def parzen_window(self, img: torch.Tensor):
        img = torch.clamp(img, 0, 1).reshape(img.shape[0], -1, 1)
        weight = torch.exp(-self.preterm * (img - self.bin_centers) ** 2)
        weight = weight / (torch.sum(weight, dim=-1, keepdim=True) + 1e-7)
        return weight, torch.mean(weight, dim=-2, keepdim=True)

    def forward(self, pred: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        wa, pa = self.parzen_window(pred)
        wb, pb = self.parzen_window(target)
        pab = torch.bmm(wa.permute(0, 2, 1), wb) / wa.shape[1]
        papb = torch.bmm(pa.permute(0, 2, 1), pb)
        return -(pab * torch.log((pab + 1e-7) / (papb + 1e-7))).sum(dim=(1, 2)).mean()
