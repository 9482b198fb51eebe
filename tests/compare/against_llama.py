#!/usr/bin/env python3
"""Countersign's engine beside llama.cpp: the same model file, the same prompts, the same lengths, turn by turn.

Use
    pip install llama-cpp-python numpy        (built on the machine it runs on: GGML_NATIVE is its default)
    cargo build --release
    python tests/compare/against_llama.py target/release/countersign [--rounds 3] [--drafts 2] [--json FILE]

It installs nothing. Both use all cores of the machine. Every round runs `countersign bench drafting --json --drafts 0` and
then llama.cpp on the prompts that it names, so that whatever else the machine does meets both; a ratio is the median over
the rounds' own ratios, and only the ratios are worth reading on a machine that is shared. A whole draft is compared with
the same prompts read and written by llama.cpp one after another, each from its beginning.
"""

import argparse
import ctypes
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import llama_cpp as llama
import numpy

MODEL = "qwen2.5-coder-1.5b-instruct-q4_k_m"


def default_model():
    cache = os.environ.get("COUNTERSIGN_MODELS") or pathlib.Path.home() / ".cache/countersign/models"
    return pathlib.Path(cache) / MODEL / f"{MODEL}.gguf"


class LlamaCpp:
    """llama.cpp by its own C functions, so that no time of the Python class around them is measured."""

    def __init__(self, path, threads, context):
        llama.llama_backend_init()
        self.model = llama.llama_model_load_from_file(str(path).encode(), llama.llama_model_default_params())
        if not self.model:
            sys.exit(f"llama.cpp could not load {path}")
        parameters = llama.llama_context_default_params()
        parameters.n_ctx = context
        parameters.n_batch = parameters.n_ubatch = 512
        parameters.n_threads = parameters.n_threads_batch = threads
        self.context = llama.llama_init_from_model(self.model, parameters)
        self.vocabulary = llama.llama_model_get_vocab(self.model)
        self.size = llama.llama_vocab_n_tokens(self.vocabulary)

    def tokens(self, text):
        data = text.encode()
        room = (llama.llama_token * (len(data) + 8))()
        count = llama.llama_tokenize(self.vocabulary, data, len(data), room, len(room), False, True)
        return list(room[:count])

    def text(self, tokens):
        out = bytearray()
        room = ctypes.create_string_buffer(256)
        for token in tokens:
            length = llama.llama_token_to_piece(self.vocabulary, token, room, 256, 0, True)
            out += room.raw[:length]
        return out.decode(errors="replace")

    def forget(self):
        llama.llama_memory_clear(llama.llama_get_memory(self.context), True)

    def read(self, tokens):
        """Reads tokens behind what was read before; gives the likeliest next one."""
        for start in range(0, len(tokens), 512):
            part = tokens[start : start + 512]
            array = (llama.llama_token * len(part))(*part)
            if llama.llama_decode(self.context, llama.llama_batch_get_one(array, len(part))) != 0:
                sys.exit("llama.cpp could not read a prompt")
        logits = llama.llama_get_logits_ith(self.context, -1)
        return int(numpy.ctypeslib.as_array(logits, (self.size,)).argmax())

    def write(self, first, count):
        """Writes `count` tokens of which `first` is known, reading each, and gives them."""
        written = [first]
        while len(written) < count:
            written.append(self.read(written[-1:]))
        return written


def seconds(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def bench(arguments, drafts):
    command = [arguments.countersign, "bench", "drafting", "--json", "--drafts", str(drafts)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit("countersign bench drafting failed; see above")
    return json.loads(done.stdout)


def speed_of_llama(engine, report):
    """Prefill and decode in tokens per second on the report's own prompts, and how many of them end in the same text."""
    engine.forget()
    opening = engine.tokens(report["opening"])
    read_s, _ = seconds(lambda: engine.read(opening))
    written, written_s, same = 0, 0.0, 0
    for prompt in report["prompts"]:
        engine.forget()
        tokens = engine.tokens(prompt["prompt"])
        engine.read(tokens[:-1])
        took_s, out = seconds(lambda: engine.write(engine.read(tokens[-1:]), prompt["tokens"]))
        written += len(out)
        written_s += took_s
        same += engine.text(out) == prompt["text"]
    return {"prefill": len(opening) / read_s, "decode": written / written_s, "same_text": same}


def ratios(report, other):
    decode = other["decode"]
    return {
        "prefill": report["prefill"]["tokens_per_s"] / other["prefill"],
        "decode without look-up": report["decode"]["tokens_per_s"] / decode,
        "decode with look-up": report["decode_with_lookup"]["tokens_per_s"] / decode,
    }


def whole_draft(engine, draft):
    """Our time for a draft's calls, as a share of llama.cpp's for the same calls one after another."""
    ours_ms = sum(draft["timing_ms"][stage] for stage in ("prefill", "answerable", "compose", "check"))
    theirs_s = 0.0
    for call in draft["calls"]:
        engine.forget()
        tokens = engine.tokens(call["prompt"])
        took_s, first = seconds(lambda: engine.read(tokens))
        theirs_s += took_s
        if call["written_tokens"] > 1:
            theirs_s += seconds(lambda: engine.write(first, call["written_tokens"]))[0]
    return ours_ms / 1e3 / theirs_s


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("countersign", help="the binary")
    parser.add_argument("--model", type=pathlib.Path, default=default_model())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--drafts", type=int, default=2)
    parser.add_argument("--json", type=pathlib.Path, help="write all figures here")
    arguments = parser.parse_args()
    threads = len(os.sched_getaffinity(0))
    print("llama.cpp:", llama.__version__, llama.llama_print_system_info().decode().strip())
    engine = LlamaCpp(arguments.model, threads, 4096)
    rounds = []
    for number in range(arguments.rounds):
        report = bench(arguments, 0)
        other = speed_of_llama(engine, report)
        rounds.append({"countersign": report, "llama.cpp": other, "ratios": ratios(report, other)})
        print(f"round {number + 1}: llama.cpp reads {other['prefill']:.1f} and writes {other['decode']:.1f} tokens/s,",
              f"{other['same_text']} of {len(report['prompts'])} texts are the same;",
              ", ".join(f"{name} {value:.2f}" for name, value in rounds[-1]["ratios"].items()))
    figures = {name: statistics.median(one["ratios"][name] for one in rounds) for name in rounds[0]["ratios"]}
    drafts = []
    if arguments.drafts:
        made = bench(arguments, arguments.drafts)["drafts"]
        drafts = [whole_draft(engine, draft) for draft in made if draft["is_draft"]]
    if drafts:
        figures["whole draft, time"] = statistics.median(drafts)
    print(f"\n{'ratio to llama.cpp':<28} {'is':>6}  wanted")
    wanted = {"prefill": "≥ 1.00", "decode without look-up": "≥ 0.95", "decode with look-up": "≥ 1.60",
              "whole draft, time": "≤ 0.50"}
    for name, value in figures.items():
        print(f"{name:<28} {value:>6.2f}  {wanted[name]}")
    if arguments.json:
        arguments.json.write_text(json.dumps({"ratios": figures, "rounds": rounds, "drafts": drafts}, indent=1))


if __name__ == "__main__":
    main()
