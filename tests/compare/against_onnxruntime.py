#!/usr/bin/env python3
"""Countersign's embedding beside onnxruntime: the same weights, the same texts, the same precision, turn by turn.

Use
    pip install onnxruntime onnx numpy tokenizers safetensors
    cargo build --release
    python tests/compare/against_onnxruntime.py target/release/countersign [--rounds 3] [--json FILE]

It installs nothing. The graph is made here from the model's own file, layer by layer, and both must give the same vector for
the first text. Both use all cores of the machine. Every round runs `countersign bench retrieval --passages 0 --json` and then
onnxruntime on the texts that it names; a ratio is the median over the rounds' own ratios.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

MODEL = "all-minilm-l6-v2"
LAYERS, HEADS, WIDTH = 6, 12, 384
TOKENS = 256
BATCHES = (1, 4, 16)


def default_model():
    cache = os.environ.get("COUNTERSIGN_MODELS") or pathlib.Path.home() / ".cache/countersign/models"
    return pathlib.Path(cache) / MODEL


class Graph:
    """A BERT encoder with mean pooling, written down operation by operation."""

    def __init__(self, weights):
        self.weights, self.nodes, self.constants, self.count = weights, [], {}, 0

    def constant(self, name, array):
        self.constants[name] = numpy_helper.from_array(numpy.ascontiguousarray(array), name)
        return name

    def weight(self, name, turned=False):
        array = self.weights[name]
        return self.constant(name, array.T if turned else array)

    def do(self, kind, *inputs, **attributes):
        self.count += 1
        output = f"{kind}_{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def linear(self, name, value):
        product = self.do("MatMul", value, self.weight(f"{name}.weight", turned=True))
        return self.do("Add", product, self.weight(f"{name}.bias"))

    def norm(self, name, value):
        return self.do("LayerNormalization", value, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), axis=-1, epsilon=1e-12)

    def heads(self, value, order):
        split = self.do("Reshape", value, self.constant("split", numpy.array([0, 0, HEADS, WIDTH // HEADS], numpy.int64)))
        return self.do("Transpose", split, perm=order)

    def layer(self, number, value, mask):
        at = f"encoder.layer.{number}"
        query, key, content = (self.linear(f"{at}.attention.self.{part}", value) for part in ("query", "key", "value"))
        scores = self.do("MatMul", self.heads(query, [0, 2, 1, 3]), self.heads(key, [0, 2, 3, 1]))
        scores = self.do("Div", scores, self.constant("root", numpy.array((WIDTH // HEADS) ** 0.5, numpy.float32)))
        shares = self.do("Softmax", self.do("Add", scores, mask), axis=-1)
        mixed = self.do("Transpose", self.do("MatMul", shares, self.heads(content, [0, 2, 1, 3])), perm=[0, 2, 1, 3])
        mixed = self.do("Reshape", mixed, self.constant("join", numpy.array([0, 0, WIDTH], numpy.int64)))
        value = self.norm(f"{at}.attention.output.LayerNorm", self.do("Add", self.linear(f"{at}.attention.output.dense", mixed), value))
        inner = self.do("Gelu", self.linear(f"{at}.intermediate.dense", value))
        return self.norm(f"{at}.output.LayerNorm", self.do("Add", self.linear(f"{at}.output.dense", inner), value))

    def model(self):
        words = self.do("Gather", self.weight("embeddings.word_embeddings.weight"), "ids")
        places = self.constant("places", self.weights["embeddings.position_embeddings.weight"][None, :TOKENS])
        kinds = self.constant("kinds", self.weights["embeddings.token_type_embeddings.weight"][0])
        value = self.norm("embeddings.LayerNorm", self.do("Add", self.do("Add", words, kinds), places))
        wide = self.do("Unsqueeze", "mask", self.constant("axes", numpy.array([1, 2], numpy.int64)))
        unseen = self.do("Sub", self.constant("one", numpy.array(1, numpy.float32)), wide)
        mask = self.do("Mul", unseen, self.constant("far", numpy.array(-1e9, numpy.float32)))
        for number in range(LAYERS):
            value = self.layer(number, value, mask)
        weighed = self.do("Mul", value, self.do("Unsqueeze", "mask", self.constant("last", numpy.array([2], numpy.int64))))
        axes = self.constant("second", numpy.array([1], numpy.int64))
        mean = self.do("Div", self.do("ReduceSum", weighed, axes, keepdims=0), self.do("ReduceSum", "mask", axes, keepdims=1))
        self.nodes.append(helper.make_node("LpNormalization", [mean], ["vectors"], axis=-1, p=2))
        inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", TOKENS]), helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["texts", TOKENS])]
        output = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", WIDTH])
        graph = helper.make_graph(self.nodes, "minilm", inputs, [output], list(self.constants.values()))
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def session(folder):
    model = Graph(load_file(folder / "model.safetensors")).model()
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = os.cpu_count()
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("countersign", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = default_model()
    runtime = session(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(TOKENS)
    rounds = []
    for number in range(arguments.rounds):
        command = [arguments.countersign, "bench", "retrieval", "--passages", "0", "--json"]
        ours = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["embedding"]
        ids = numpy.array([encoding.ids for encoding in tokenizer.encode_batch(ours["texts"])], numpy.int64)
        mask = numpy.ones(ids.shape, numpy.float32)
        seconds, first = {}, None
        for size in BATCHES:
            begun = time.perf_counter()
            for at in range(0, len(ids), size):
                found = runtime.run(None, {"ids": ids[at : at + size], "mask": mask[at : at + size]})[0]
                first = found[0] if at == 0 else first
            seconds[size] = time.perf_counter() - begun
        nearness = float(first @ numpy.array(ours["first_vector"], numpy.float32))
        if nearness < 0.9999:
            sys.exit(f"The two give different vectors for the same text: their cosine is {nearness:.5f}.")
        # The batch size that suits onnxruntime best on this machine is the one it is measured with.
        theirs = len(ids) / min(seconds.values())
        rounds.append({"countersign": ours["passages_per_s"], "onnxruntime": theirs, "ratio": ours["passages_per_s"] / theirs})
        print(f"round {number + 1}: {ours['passages_per_s']:.1f} and {theirs:.1f} passages a second, ratio {rounds[-1]['ratio']:.2f}", file=sys.stderr)
    ratio = statistics.median(one["ratio"] for one in rounds)
    print(f"embedding, ratio to onnxruntime {onnxruntime.__version__} at 32 bits: {ratio:.2f}")
    if arguments.json:
        arguments.json.write_text(json.dumps({"onnxruntime": onnxruntime.__version__, "ratio": ratio, "rounds": rounds}, indent=2))


if __name__ == "__main__":
    main()
