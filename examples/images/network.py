"""EfficientNet-Lite0 up to its pooled features: 1,280 numbers of a picture, from weights trained on ImageNet.

The layers are written out here, as PyTorch's own functions, so that nothing but the weights is needed.
"""
import numpy
import torch
from torch.nn import functional

BATCH = 32
# Of each stage: side of its kernels, stride of its first block, and how many blocks.
STAGES = ((3, 1, 1), (3, 2, 2), (5, 2, 2), (3, 2, 3), (5, 1, 3), (5, 2, 4), (3, 1, 1))


class Network:
    def __init__(self, weights_file):
        torch.set_num_threads(1)  # another core gains little here, and sums stay the same
        self.weights = torch.load(weights_file, map_location="cpu")
        self.blocks = [(kernel, stride if block == 0 else 1)
                       for kernel, stride, blocks in STAGES for block in range(blocks)]

    def features(self, pictures):
        """Of pictures, arrays of (side, side, 3) bytes, the pooled features, scaled to length 1."""
        found = []
        with torch.no_grad():
            for begin in range(0, len(pictures), BATCH):
                batch = torch.from_numpy(numpy.stack(pictures[begin:begin + BATCH])).permute(0, 3, 1, 2)
                found.append(functional.normalize(self._pooled((batch.float() - 127) / 128)).numpy())
        return numpy.concatenate(found)

    def _pooled(self, batch):
        batch = self._convolve(batch, "_conv_stem", "_bn0", stride=2)
        for number, (kernel, stride) in enumerate(self.blocks):
            batch = self._block(batch, f"_blocks.{number}.", stride)
        return self._convolve(batch, "_conv_head", "_bn1").mean(dim=(2, 3))

    def _block(self, batch, prefix, stride):
        """An inverted bottleneck: wider, then each channel by itself, then narrow again."""
        inside = batch
        if prefix + "_expand_conv.weight" in self.weights:
            inside = self._convolve(inside, prefix + "_expand_conv", prefix + "_bn0")
        inside = self._convolve(inside, prefix + "_depthwise_conv", prefix + "_bn1", stride, groups=inside.shape[1])
        inside = self._convolve(inside, prefix + "_project_conv", prefix + "_bn2", activate=False)
        return batch + inside if inside.shape == batch.shape and stride == 1 else inside

    def _convolve(self, batch, layer, norm, stride=1, groups=1, activate=True):
        kernels = self.weights[layer + ".weight"]
        batch = functional.conv2d(_padded(batch, kernels.shape[-1], stride), kernels, stride=stride, groups=groups)
        batch = functional.batch_norm(batch, *(self.weights[f"{norm}.{name}"] for name in (
            "running_mean", "running_var", "weight", "bias")), eps=1e-3)
        return functional.relu6(batch) if activate else batch


def _padded(batch, kernel, stride):
    """Padding as TensorFlow's "same", which the weights were trained with: the odd row goes below, the odd column right."""
    side = batch.shape[-1]
    missing = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return functional.pad(batch, (missing // 2, missing - missing // 2) * 2)
