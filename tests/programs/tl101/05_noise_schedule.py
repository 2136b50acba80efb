# The schedule stayed on the CPU while the time steps were on the GPU: https://github.com/mattroz/diffusion-ddpm/issues/5
import torch
from torch import nn


class NoiseSchedule(nn.Module):
    def __init__(self, num_timesteps=1000, beta_start=1e-4, beta_end=2e-2):
        super().__init__()
        self.num_timesteps = num_timesteps
        self.betas = torch.linspace(beta_start, beta_end, num_timesteps)
        self.alphas = 1.0 - self.betas
        self.alphas_hat = torch.cumprod(self.alphas, dim=0)  # expect: TL101

    def sample_timesteps(self, images):
        return torch.randint(0, self.num_timesteps, (images.shape[0],), device=images.device)

    def add_noise(self, images, noise, timesteps):
        alpha_hat = self.alphas_hat[timesteps]
        alpha_hat = alpha_hat[:, None, None, None]
        return torch.sqrt(alpha_hat) * images + torch.sqrt(1.0 - alpha_hat) * noise

    def forward(self, images):
        timesteps = self.sample_timesteps(images)
        noise = torch.randn_like(images)
        return self.add_noise(images, noise, timesteps), noise, timesteps


def train_step(model, schedule, images, optimizer):
    noisy, noise, timesteps = schedule(images)
    loss = nn.functional.mse_loss(model(noisy, timesteps), noise)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
