"""Twenty patterns of real packages that switch a bias off in front of a norm: undoing that is found, the original is silent."""

from __future__ import annotations

import pytest

from torchlint import engine, registry
from torchlint.settings import Settings
from torchlint.source import Source

RULES = [rule for rule in registry.load() if rule.code == "TL201"]
HEAD = "from collections import OrderedDict\nfrom functools import partial\nimport torch\nfrom torch import nn\nimport torch.nn.functional as F\n"

# (name, code); each `bias=False` is undone in turn
CASES = [
    ("stem of a residual network", """
class ResNet(nn.Module):
    def __init__(self, in_chans=3, stem_width=64):
        super().__init__()
        self.conv1 = nn.Conv2d(in_chans, stem_width, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(stem_width)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)

    def forward_features(self, x):
        x = self.conv1(x)
        x = self.bn1(x)
        x = self.act1(x)
        return self.maxpool(x)

    def forward(self, x):
        return self.forward_features(x)
"""),
    ("helper for three by three", """
def conv3x3(in_planes, out_planes, stride=1, groups=1, dilation=1):
    return nn.Conv2d(in_planes, out_planes, 3, stride, dilation, dilation, groups, bias=False)

class BasicBlock(nn.Module):
    def __init__(self, inplanes, planes, stride=1):
        super().__init__()
        self.conv1 = conv3x3(inplanes, planes, stride)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = conv3x3(planes, planes)
        self.bn2 = nn.BatchNorm2d(planes)

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(out)) + x)
"""),
    ("shortcut of a residual network", """
class Layer(nn.Module):
    def __init__(self, inplanes, planes, expansion, stride):
        super().__init__()
        self.downsample = None
        if stride != 1 or inplanes != planes * expansion:
            self.downsample = nn.Sequential(
                nn.Conv2d(inplanes, planes * expansion, kernel_size=1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * expansion),
            )

    def forward(self, x):
        return x if self.downsample is None else self.downsample(x)
"""),
    ("inverted residual", """
class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride, expand_ratio):
        super().__init__()
        hidden_dim = int(round(inp * expand_ratio))
        self.use_res_connect = stride == 1 and inp == oup
        layers = []
        if expand_ratio != 1:
            layers.extend([nn.Conv2d(inp, hidden_dim, 1, bias=False), nn.BatchNorm2d(hidden_dim), nn.ReLU6()])
        layers.extend([
            nn.Conv2d(hidden_dim, hidden_dim, 3, stride, 1, groups=hidden_dim, bias=False),
            nn.BatchNorm2d(hidden_dim),
            nn.ReLU6(inplace=True),
            nn.Conv2d(hidden_dim, oup, 1, 1, 0, bias=False),
            nn.BatchNorm2d(oup),
        ])
        self.conv = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.conv(x) if self.use_res_connect else self.conv(x)
"""),
    ("dense layer by add_module", """
class Transition(nn.Sequential):
    def __init__(self, num_input_features, num_output_features):
        super().__init__()
        self.add_module("conv", nn.Conv2d(num_input_features, num_output_features, 1, bias=False))
        self.add_module("norm", nn.BatchNorm2d(num_output_features))
        self.add_module("pool", nn.AvgPool2d(kernel_size=2, stride=2))
"""),
    ("stem by OrderedDict", """
def stem(width):
    return nn.Sequential(OrderedDict([
        ("conv0", nn.Conv2d(3, width, kernel_size=7, stride=2, padding=3, bias=False)),
        ("norm0", nn.BatchNorm2d(width)),
        ("relu0", nn.ReLU(inplace=True)),
    ]))
"""),
    ("convolution, norm and activation as a class", """
class ConvBNReLU(nn.Sequential):
    def __init__(self, in_planes, out_planes, kernel_size=3, stride=1, groups=1):
        padding = (kernel_size - 1) // 2
        super().__init__(
            nn.Conv2d(in_planes, out_planes, kernel_size, stride, padding, groups=groups, bias=False),
            nn.BatchNorm2d(out_planes),
            nn.ReLU6(inplace=True),
        )
"""),
    ("constructor options for device and dtype", """
class ConvNorm(nn.Module):
    def __init__(self, in_chs, out_chs, device=None, dtype=None):
        dd = {"device": device, "dtype": dtype}
        super().__init__()
        self.conv = nn.Conv2d(in_chs, out_chs, 1, bias=False, **dd)
        self.norm = nn.BatchNorm2d(out_chs, **dd)

    def forward(self, x):
        return self.norm(self.conv(x))
"""),
    ("decoder upsampling", """
class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.up = nn.Sequential(
            nn.ConvTranspose2d(inputs, outputs, kernel_size=4, stride=2, padding=1, bias=False),
            nn.InstanceNorm2d(outputs, affine=True),
            nn.GELU(),
        )

    def forward(self, x, skip):
        return torch.cat([self.up(x), skip], dim=1)
"""),
    ("volumes", """
def conv_block_3d(inputs, outputs):
    return nn.Sequential(
        nn.Conv3d(inputs, outputs, kernel_size=3, padding=1, bias=False),
        nn.InstanceNorm3d(outputs),
        nn.LeakyReLU(0.01, inplace=True),
    )
"""),
    ("time series", """
class InceptionModule(nn.Module):
    def __init__(self, ni, nf, ks=(39, 19, 9)):
        super().__init__()
        self.bottleneck = nn.Conv1d(ni, nf, 1, bias=False)
        self.bn = nn.BatchNorm1d(nf)

    def forward(self, x):
        return F.relu(self.bn(self.bottleneck(x)))
"""),
    ("projection head", """
class Head(nn.Module):
    def __init__(self, dim, hidden_dim, out_dim):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(dim, hidden_dim, bias=False),
            nn.BatchNorm1d(hidden_dim),
            nn.ReLU(inplace=True),
            nn.Linear(hidden_dim, out_dim),
        )

    def forward(self, x):
        return F.normalize(self.net(x), dim=-1)
"""),
    ("linear layer and norm over tokens", """
class LinearNorm(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.linear = nn.Linear(in_features, out_features, bias=False)
        self.bn = nn.BatchNorm1d(out_features)

    def forward(self, x):
        x = self.linear(x)
        return self.bn(x.flatten(0, 1)).reshape_as(x)
"""),
    ("embedding with a transpose", """
class PatchNorm(nn.Module):
    def __init__(self, patch_dim, dim):
        super().__init__()
        self.embed = nn.Linear(patch_dim, dim, bias=False)
        self.norm = nn.BatchNorm1d(dim)

    def forward(self, patches):
        tokens = self.embed(patches).transpose(1, 2)
        return self.norm(tokens).transpose(1, 2)
"""),
    ("separable convolution", """
class SeparableConv2d(nn.Module):
    def __init__(self, in_chs, out_chs):
        super().__init__()
        self.conv_dw = nn.Conv2d(in_chs, in_chs, 3, padding=1, groups=in_chs)
        self.conv_pw = nn.Conv2d(in_chs, out_chs, 1, bias=False)
        self.bn = nn.BatchNorm2d(out_chs)

    def forward(self, x):
        x = self.conv_dw(x)
        x = self.conv_pw(x)
        return self.bn(x).relu()
"""),
    ("lists of convolutions and norms", """
class ReferenceEncoder(nn.Module):
    def __init__(self, filters):
        super().__init__()
        self.convs = nn.ModuleList([
            nn.Conv2d(filters[i], filters[i + 1], 3, stride=2, padding=1, bias=False) for i in range(len(filters) - 1)
        ])
        self.bns = nn.ModuleList([nn.BatchNorm2d(filters[i + 1]) for i in range(len(filters) - 1)])

    def forward(self, x):
        for conv, bn in zip(self.convs, self.bns):
            x = F.relu(bn(conv(x)))
        return x
"""),
    ("attention over channels-last features", """
class PatchMerging(nn.Module):
    def __init__(self, dim, out_dim):
        super().__init__()
        self.reduction = nn.Conv2d(dim, out_dim, 3, 2, 1, bias=False)
        self.norm = nn.BatchNorm2d(out_dim)

    def forward(self, x):
        x = x.permute(0, 3, 1, 2)
        x = self.norm(self.reduction(x))
        return x.permute(0, 2, 3, 1)
"""),
    ("layer by partial", """
class Stage(nn.Module):
    def __init__(self, width):
        super().__init__()
        conv = partial(nn.Conv2d, kernel_size=3, padding=1)
        self.conv1 = conv(3, width, bias=False)
        self.bn1 = nn.SyncBatchNorm(width)

    def forward(self, x):
        return self.bn1(self.conv1(x)).relu_()
"""),
    ("configuration of a network as a list", """
def make_layers(cfg):
    layers = []
    in_channels = 3
    for v in cfg:
        if v == "M":
            layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
        else:
            layers += [nn.Conv2d(in_channels, v, 3, padding=1, bias=False), nn.BatchNorm2d(v), nn.ReLU(inplace=True)]
            in_channels = v
    return nn.Sequential(*layers)
"""),
    ("discriminator of patches", """
class NLayerDiscriminator(nn.Module):
    def __init__(self, input_nc, ndf=64, n_layers=3):
        super().__init__()
        sequence = [nn.Conv2d(input_nc, ndf, kernel_size=4, stride=2, padding=1), nn.LeakyReLU(0.2, True)]
        nf_mult = 1
        for n in range(1, n_layers):
            nf_mult_prev = nf_mult
            nf_mult = min(2**n, 8)
            sequence += [
                nn.Conv2d(ndf * nf_mult_prev, ndf * nf_mult, kernel_size=4, stride=2, padding=1, bias=False),
                nn.BatchNorm2d(ndf * nf_mult),
                nn.LeakyReLU(0.2, True),
            ]
        sequence += [nn.Conv2d(ndf * nf_mult, 1, kernel_size=4, stride=1, padding=1)]
        self.model = nn.Sequential(*sequence)

    def forward(self, x):
        return self.model(x)
"""),
]  # fmt: skip


def lines(code: str) -> list[int]:
    report = engine.check(Source.from_text(code, "model.py"), Settings(), RULES)
    assert not report.problems
    return [finding.line for finding in report.findings]


def test_there_are_twenty_places() -> None:
    assert len(CASES) >= 20


@pytest.mark.parametrize(("name", "code"), CASES, ids=[name for name, _ in CASES])
def test_undoing_is_found(name: str, code: str) -> None:
    right = HEAD + code
    assert lines(right) == []
    for place in [index for index in range(len(right)) if right.startswith(", bias=False", index)]:
        wrong = right[:place] + right[place + len(", bias=False") :]
        assert lines(wrong) == [right.count("\n", 0, place) + 1]
