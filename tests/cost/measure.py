#!/usr/bin/env python3
"""What profiling costs, ours beside perf's: stolen time per sample, own CPU, memory, time to the first sample.

    cargo build --release -p profiler
    tests/cost/measure.py --profiler target/release/profiler

Prints one Markdown table for each measure, with its bar, and exits with 1 where ours misses one. Run it on a machine that
does nothing else: what a hypervisor took meanwhile is printed with each table.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE.parent / "programs"
RATES = [499, 999, 1999, 4999, 9999]

MAX_STOLEN_US = 25.0
MAX_CPU_SHARE_OF_PERF = 0.25
MAX_MEMORY_MB = 30.0
MAX_FIRST_SAMPLE_MS = 50.0


class Tool:
    """A recorder: its name, and its command line for a process."""

    def __init__(self, name, command):
        self.name, self.command = name, command


def tools(profiler):
    def perf(*graph):
        def command(pid, rate, seconds, output):
            return ["perf", "record", "--quiet", "--event", "cpu-clock", "--freq", str(rate), "--call-graph", *graph,
                    "--output", str(output), "--pid", str(pid), "--", "sleep", str(seconds)]
        return command

    def ours(pid, rate, seconds, output):
        return [profiler, "record", "--pid", str(pid), "--rate", str(rate), "--duration", f"{seconds}s",
                "--output", f"json:{output}"]

    found = [Tool("profiler", ours)]
    if subprocess.run(["sh", "-c", "command -v perf"], capture_output=True).returncode == 0:
        found += [Tool("perf, frame pointers", perf("fp")), Tool("perf, DWARF 8 KB", perf("dwarf,8192"))]
    else:
        print("SKIPPED: perf is not installed", file=sys.stderr)
    return found


class Target:
    """A program that prints `ready`, and JSON at its end; with a stop file it runs until that exists."""

    def __init__(self, folder, command, stop=True):
        self.stop_file = Path(folder) / f"stop{time.monotonic_ns()}"
        command = [str(word) for word in command] + ([str(self.stop_file)] if stop else [])
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().strip() == "ready", command
        self.pid = self.process.pid

    def end(self):
        self.stop_file.touch()
        output, _ = self.process.communicate()
        return json.loads(output)


class Recorder:
    """A recorder that runs: how much CPU and memory it takes."""

    def __init__(self, command, cpu=None):
        pin = (lambda: os.sched_setaffinity(0, {cpu})) if cpu is not None else None
        self.started_unix = time.time()
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=pin)
        self.peak_kb = 0

    def wait(self, outlived=True):
        """CPU seconds of it and of what it started; its peak memory is in `peak_kb`. Where the target need not outlive it,
        its exit code says nothing: perf's is that of the command that it ends."""
        while True:
            self.peak_kb = max(self.peak_kb, peak_memory_kb(self.process.pid))
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(0.005)
        self.said = self.process.stderr.read().decode().strip()
        self.process.stderr.close()
        if status and outlived:
            sys.exit(f"{self.process.args}: {self.said}")
        return usage.ru_utime + usage.ru_stime


def peak_memory_kb(pid):
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def compiled(folder, source, *flags):
    program = Path(folder) / (source.stem + "".join(flag.replace("=", "") for flag in flags))
    subprocess.run(["cc", "-O2", "-g", "-pthread", *flags, "-o", program, source], check=True)
    return program


def stolen_ticks():
    """All ticks of the machine so far, and those that a hypervisor took."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return sum(ticks), ticks[7]


class Machine:
    """What a hypervisor takes while a table is made."""

    def __init__(self):
        self.start = stolen_ticks()

    def note(self):
        (all_before, before), (all_now, now) = self.start, stolen_ticks()
        load = os.getloadavg()[0]
        return f"stolen by the hypervisor {100 * (now - before) / max(1, all_now - all_before):.2f} %, load {load:.1f}"


def table(title, head, rows, machine):
    print(f"\n### {title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print(f"\n({machine.note()})", flush=True)


def slope(points):
    """Least squares."""
    xs, ys = zip(*points)
    x, y = statistics.mean(xs), statistics.mean(ys)
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a in xs)


def spin(folder, spinner, seconds, tool=None, rate=None):
    """What the spinner saw while `tool` sampled it, each on a CPU of its own where there are two."""
    warm_up = 1.0
    last = os.cpu_count() - 1
    target = Target(folder, [spinner, last, warm_up, seconds, 24], stop=False)
    recorder = None
    if tool:
        output = Path(folder) / "spin.out"
        output.unlink(missing_ok=True)
        recorder = Recorder(tool.command(target.pid, rate, warm_up + seconds + 1, output), cpu=0)
    seen = json.loads(target.process.communicate()[0])
    if recorder:
        recorder.wait(outlived=False)
        if not output.exists():
            sys.exit(f"{tool.name} recorded nothing: {recorder.said}")
        seen["after_start_ms"] = (seen["dense_from_unix"] - recorder.started_unix) * 1e3
    return seen


def stolen_time(folder, spinner, found, seconds, repeats):
    """Microseconds that the target loses to each sample: the slope over the rates. The timer's own cost is in it."""
    machine, rows, missed = Machine(), [], []
    for tool in found:
        points, cells = [], []
        for rate in RATES:
            runs = [spin(folder, spinner, seconds, tool, rate) for _ in range(repeats)]
            per_second = statistics.median(run["taken_us"] / run["seconds"] for run in runs)
            points.append((rate, per_second))
            cells.append(f"{per_second / 1e4:.2f}")
        cost = slope(points)
        rows.append([tool.name, *cells, f"{cost:.2f}"])
        if tool.name == "profiler" and cost > MAX_STOLEN_US:
            missed.append(f"{cost:.1f} µs of stolen time per sample")
    head = ["", *(f"{rate} Hz (%)" for rate in RATES), "µs per sample"]
    table(f"Stolen time (at most {MAX_STOLEN_US:.0f} µs per sample)", head, rows, machine)
    return missed


def perf_samples(recording):
    output = subprocess.run(["perf", "script", "--fields", "time", "--input", str(recording)], capture_output=True)
    return sum(1 for line in output.stdout.splitlines() if line.strip())


def recorded_facts(recording):
    return json.loads(recording.read_text())["profile"]["recording"]


def own_cpu(folder, program, found, seconds):
    """CPU seconds of the recorder for 10,000 samples; perf unwinds in `perf script`, which is stated apart."""
    machine, rows, missed, costs = Machine(), [], [], {}
    for tool in found:
        recording = Path(folder) / "cpu.out"
        target = Target(folder, [program])
        record = Recorder(tool.command(target.pid, 1999, seconds, recording)).wait()
        target.end()
        if tool.name == "profiler":
            facts, read = recorded_facts(recording), 0.0
            samples, lost = facts["samples"], facts["lost"]
        else:
            command = ["perf", "script", "--no-inline", "--input", str(recording)]
            samples, read, lost = perf_samples(recording), Recorder(command).wait(), "?"
        scale = 10_000 / max(1, samples)
        costs[tool.name] = (record + read) * scale
        rows.append([tool.name, str(samples), str(lost), f"{record * scale:.3f}", f"{read * scale:.3f}",
                     f"{costs[tool.name]:.3f}"])
    peer = costs.get("perf, DWARF 8 KB")
    if peer and costs["profiler"] > MAX_CPU_SHARE_OF_PERF * peer:
        missed.append(f"own CPU {costs['profiler'] / peer:.2f} of perf's DWARF mode")
    head = ["", "samples", "lost", "recording (s)", "reading (s)", "both (s)"]
    table("Own CPU per 10,000 samples (at most a quarter of perf's DWARF mode)", head, rows, machine)
    return missed


def memory(folder, program, found, seconds):
    """Peak memory while recording 100 threads that work."""
    machine, rows, missed = Machine(), [], []
    for tool in found:
        recording = Path(folder) / "memory.out"
        for rate in (99, 999):
            target = Target(folder, [program])
            recorder = Recorder(tool.command(target.pid, rate, seconds, recording))
            recorder.wait()
            target.end()
            peak = recorder.peak_kb / 1024
            lost = str(recorded_facts(recording)["lost"]) if tool.name == "profiler" else "?"
            rows.append([tool.name, str(rate), f"{peak:.1f}", lost, f"{recording.stat().st_size / 1e6:.2f}"])
            if tool.name == "profiler" and peak > MAX_MEMORY_MB:
                missed.append(f"{peak:.1f} MB at {rate} Hz")
    head = ["", "Hz", "peak (MB)", "lost", "output (MB)"]
    table(f"Memory on a target of 100 threads (at most {MAX_MEMORY_MB:.0f} MB)", head, rows, machine)
    return missed


def first_sample(folder, spinner, found, repeats):
    """From starting the recorder to the first sample, as the target feels it."""
    machine, rows, missed = Machine(), [], []
    for tool in found:
        runs = [spin(folder, spinner, 1.0, tool, RATES[-1]) for _ in range(repeats)]
        # Gaps that were dense before the recorder started are another's.
        times = sorted(run["after_start_ms"] for run in runs if run["after_start_ms"] > 0)
        if not times:
            rows.append([tool.name, "not seen", "", ""])
            continue
        middle = statistics.median(times)
        rows.append([tool.name, f"{times[0]:.1f}", f"{middle:.1f}", f"{times[-1]:.1f}"])
        if tool.name == "profiler" and middle > MAX_FIRST_SAMPLE_MS:
            missed.append(f"first sample after {middle:.0f} ms")
    head = ["", "least (ms)", "median (ms)", "most (ms)"]
    table(f"First sample after the start (at most {MAX_FIRST_SAMPLE_MS:.0f} ms)", head, rows, machine)
    return missed


def short_threads(folder, program, found, seconds):
    """Threads of about 4 ms at 99 Hz: how many of the samples that their CPU time is worth are there."""
    machine, rows, missed = Machine(), [], []
    for tool in found:
        recording = Path(folder) / "short.out"
        target = Target(folder, [program])
        Recorder(tool.command(target.pid, 99, seconds, recording)).wait()
        target.end()
        if tool.name == "profiler":
            facts = recorded_facts(recording)
            samples, coverage = facts["samples"], facts["coverage"]
            share = coverage["sampled_ns"] / max(1, coverage["charged_ns"])
            rows.append([tool.name, str(samples), f"{share:.3f}"])
            if not 0.9 <= share <= 1.1:
                missed.append(f"coverage {share:.2f} of threads of 4 ms at 99 Hz")
        else:
            rows.append([tool.name, str(perf_samples(recording)), ""])
    table("Threads of 4 ms at 99 Hz", ["", "samples", "coverage"], rows, machine)
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiler", required=True, help="a release build")
    parser.add_argument("--quick", action="store_true", help="shorter and fewer runs, for a first look")
    parser.add_argument("--only", action="append", choices=["stolen", "cpu", "memory", "first", "short"])
    arguments = parser.parse_args()
    profiler = str(Path(arguments.profiler).resolve())
    seconds, repeats = (2, 1) if arguments.quick else (5, 3)
    found, missed = tools(profiler), []
    with tempfile.TemporaryDirectory() as folder:
        spinner = compiled(folder, HERE / "spinner.c")
        steady = compiled(folder, PROGRAMS / "steady.c")
        hundred = compiled(folder, PROGRAMS / "steady.c", "-DTHREADS=100", "-DPIECE=10")
        threads = compiled(folder, PROGRAMS / "short_threads.c")
        measures = {
            "stolen": lambda: stolen_time(folder, spinner, found, seconds, repeats),
            "cpu": lambda: own_cpu(folder, steady, found, 2 * seconds),
            "memory": lambda: memory(folder, hundred, found, 2 * seconds),
            "first": lambda: first_sample(folder, spinner, found, 2 * repeats + 1),
            "short": lambda: short_threads(folder, threads, found, 4 * seconds),
        }
        for name, measure in measures.items():
            if not arguments.only or name in arguments.only:
                missed += measure()
    print("\nall bars are met" if not missed else "\nMISSED: " + "; ".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
