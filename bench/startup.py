#!/usr/bin/env python3
"""From source text to the first step: every example, split by stage, in milliseconds, as a table in Markdown.

    bench/startup.py build/release/bin/nphysc [ROUNDS [EXAMPLE...]]

Each figure is the best of ROUNDS (5). `LLVM` is a first start, `kept` the same stage of a run whose machine code was kept
by an earlier one. Needs nothing but nphysc.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

STAGES = ["syntax", "model", "dynamics", "analysis", "copies", "loops", "llvm"]


def stage_times(command, environment):
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    return {name: float(time) for name, time in re.findall(r"^(\w+) +([\d.]+) ms$", done.stdout + done.stderr, re.M)}


def best(rounds, command, environment):
    times = [stage_times(command, environment) for _ in range(rounds)]
    return min(times, key=lambda time: time.get("together", float("inf")))


def main():
    nphysc = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    examples = pathlib.Path(__file__).resolve().parent.parent / "examples"
    names = sys.argv[3:] or sorted(file.stem for file in examples.glob("*.nphys"))
    rows = []
    for name in names:
        file = str(examples / (name + ".nphys"))
        with tempfile.TemporaryDirectory() as folder:
            environment = dict(os.environ, NPHYS_CACHE=folder + "/cache")
            first = best(rounds, [nphysc, "explain", "--time", file], environment)
            run = lambda n: [nphysc, "run", "-q", "--no-plots", "--time", "-o", f"{folder}/{n}", file]
            stage_times(run(0), environment)
            kept = min(stage_times(run(n), environment).get("llvm", float("inf")) for n in (1, 2))
        rows.append((first["together"], name, first, kept))
    print("| model | " + " | ".join(STAGES).replace("llvm", "LLVM") + " | together | kept | together when kept |")
    print("|---" * (len(STAGES) + 4) + "|")
    for together, name, first, kept in sorted(rows, reverse=True):
        times = [first[stage] for stage in STAGES] + [together, kept, together - first["llvm"] + kept]
        print(f"| {name} | " + " | ".join(f"{time:.1f}" for time in times) + " |")


if __name__ == "__main__":
    main()
