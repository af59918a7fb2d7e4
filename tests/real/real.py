#!/usr/bin/env python3
"""Profiles servers while they serve, beside perf, and writes what came of it as Markdown.

    tests/real/real.py --profiler target/release/profiler --output real.md [redis] [nginx] [postgres]

Each server runs as an unprivileged user on a free port in a temporary folder. Its load is measured without a profiler,
with the profiler, and with perf, in turn and several times over, so that a busy machine disturbs all of them alike. The top ten
functions by self time are compared with perf's from the same round.

Needs root, perf, and of Debian's packages: redis-server redis-tools, nginx-light wrk, postgresql.
"""
import argparse
import glob
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter

NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server in `folder`. Subclasses start it, and load it for some seconds."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.process = None

    def spawn(self, *command):
        self.process = subprocess.Popen([*NOBODY, *command], cwd=self.folder, **QUIET)
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    sys.exit(f"{command[0]} does not start")
                time.sleep(0.1)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)


class Redis(Server):
    def start(self):
        self.spawn("redis-server", "--port", str(self.port), "--save", "", "--dir", self.folder)

    def info(self, name):
        text = subprocess.run(["redis-cli", "-p", str(self.port), "info"], capture_output=True, text=True).stdout
        return int(re.search(rf"{name}:(\d+)", text)[1])

    def load(self, seconds):
        """Requests a second and errors."""
        client = subprocess.Popen(
            ["redis-benchmark", "-p", str(self.port), "-l", "-q", "-r", "10000", "-t", "set,get,lpush,lpop,sadd,hset,zadd"],
            **QUIET)
        try:
            time.sleep(0.3)
            before, start = self.info("total_commands_processed"), time.monotonic()
            time.sleep(seconds - 0.3)
            rate = (self.info("total_commands_processed") - before) / (time.monotonic() - start)
            return rate, self.info("total_error_replies")
        finally:
            client.kill()
            client.wait()


class Nginx(Server):
    def start(self):
        folder = pathlib.Path(self.folder)
        (folder / "index.html").write_text("<p>" + "text " * 2000)
        paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/error.log;\n"
            "events {}\n"
            f"http {{ access_log {folder}/access.log; gzip on; gzip_types *; {paths}\n"
            f"server {{ listen 127.0.0.1:{self.port}; root {folder}; }} }}\n")
        # The workers are there before anybody attaches to their parent: these processes are named one by one.
        self.spawn("/usr/sbin/nginx", "-p", self.folder, "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log")

    def load(self, seconds):
        text = subprocess.run(
            ["wrk", "-t1", "-c16", f"-d{seconds}s", "-H", "Accept-Encoding: gzip", f"http://127.0.0.1:{self.port}/"],
            capture_output=True, text=True).stdout
        errors = sum(map(int, re.findall(r"Non-2xx or 3xx responses: (\d+)|(?:connect|read|write|timeout) (\d+)", text)
                         and [n for pair in re.findall(
                             r"Non-2xx or 3xx responses: (\d+)|(?:connect|read|write|timeout) (\d+)", text)
                             for n in pair if n]))
        return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), errors


class Postgres(Server):
    def start(self):
        data = f"{self.folder}/data"
        tools = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        subprocess.run([*NOBODY, f"{tools}/initdb", "-D", data, "-U", "bench", "-A", "trust"], check=True, **QUIET)
        self.spawn(f"{tools}/postgres", "-D", data, "-p", str(self.port), "-k", self.folder, "-c", "fsync=off")
        subprocess.run(["pgbench", *self.client(), "-i", "-s", "5", "postgres"], check=True, **QUIET)

    def client(self):
        return ["-h", "127.0.0.1", "-p", str(self.port), "-U", "bench"]

    def load(self, seconds):
        """A backend is forked for each of the connections, after the profiler is attached."""
        text = subprocess.run(["pgbench", *self.client(), "-c", "4", "-T", str(int(seconds)), "-n", "postgres"],
                              capture_output=True, text=True).stdout
        return float(re.search(r"tps = ([\d.]+)", text)[1]), int(re.search(r"failed transactions: (\d+)", text)[1])


SERVERS = {"redis": Redis, "nginx": Nginx, "postgres": Postgres}


def processes(pid):
    """`pid` and all that it started."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [found for child in children for found in processes(int(child))]


class Profiler:
    def __init__(self, path, rate, folder):
        self.path, self.rate, self.folder = path, rate, folder
        self.name = f"profiler, {rate} Hz"
        self.recordings = []
        self.messages = set()

    def start(self, pids, tag):
        self.tag = tag
        several = b"--name" in subprocess.run([self.path, "record", "--help"], capture_output=True).stdout
        recorders = [pids] if several else [[pid] for pid in pids]
        self.running = []
        for at, group in enumerate(recorders):
            output = f"{self.folder}/{tag}-{self.rate}-{at}"
            named = [argument for pid in group for argument in ("--pid", str(pid))]
            command = [self.path, "record", *named, "--duration", "10m", "--rate", str(self.rate),
                       "-o", f"{output}.json", "-o", f"{output}.svg"]
            self.running.append((subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True),
                                 f"{output}.json"))

    def stop(self):
        selves, recordings = Counter(), []
        for process, output in self.running:
            process.send_signal(signal.SIGINT)
        for process, output in self.running:
            errors = process.communicate()[1]
            self.messages.update(line for line in errors.splitlines() if not line.startswith("wrote "))
            if not os.path.exists(output):
                continue  # The process had ended before; the message says so.
            profile = json.loads(pathlib.Path(output).read_text())["profile"]
            selves += self_samples(profile)
            recordings.append(profile["recording"])
        self.recordings += recordings
        return selves

    def facts(self):
        total = {key: sum(recording[key] for recording in self.recordings)
                 for key in ("samples", "lost", "truncated", "unnamed", "own_cpu_ns")}
        covers = [recording["coverage"] for recording in self.recordings if recording["coverage"]]
        charged = sum(cover["charged_ns"] for cover in covers)
        seconds = sum(recording["duration_ns"] for recording in self.recordings) / 1e9
        of = lambda key: 100 * total[key] / max(1, total["samples"])
        return (f"{total['samples']} | {100 * sum(c['sampled_ns'] for c in covers) / max(1, charged):.1f} % | "
                f"{total['lost']} | {of('truncated'):.2f} % | {of('unnamed'):.1f} % | "
                f"{100 * total['own_cpu_ns'] / 1e9 / seconds:.2f} %")


def self_samples(profile):
    """Samples by (module, function) of the leaf."""
    text = profile["strings"]
    counts = Counter()
    for sample in profile["samples"]:
        counts[leaf(profile, text, sample["stack"])] += sample["values"][0]
    return counts


def leaf(profile, text, stack):
    if stack is None:
        return ("", "[no stack]")
    location = profile["locations"][profile["stacks"][stack][1]]
    module = text[profile["modules"][location["module"]]["path"]] if location["module"] is not None else ""
    module = "[kernel]" if module == "[kernel]" else os.path.basename(module)
    # The outermost of the inlined functions is the one that perf names.
    lines = location["lines"]
    name = text[profile["functions"][lines[-1]["function"]]["name"]] if lines else "[unnamed]"
    return (module, name)


class Perf:
    def __init__(self, rate, folder):
        self.rate, self.folder = rate, folder
        self.name = f"perf -g, {rate} Hz"

    def start(self, pids, tag):
        self.data = f"{self.folder}/{tag}-{self.rate}.data"
        # perf gives up where one of them has exited.
        pids = [pid for pid in pids if os.path.exists(f"/proc/{pid}")]
        self.process = subprocess.Popen(
            ["perf", "record", "-e", "cpu-clock", "-g", "-F", str(self.rate), "-o", self.data,
             "-p", ",".join(map(str, pids))], **QUIET)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        if not os.path.exists(self.data):
            print(f"{self.name} recorded nothing", file=sys.stderr)
            return Counter()
        text = subprocess.run(
            ["perf", "report", "-i", self.data, "--no-children", "-g", "none", "--stdio", "-F", "sample,dso,symbol",
             "-t", "\t"], capture_output=True, text=True).stdout
        os.remove(self.data)
        counts = Counter()
        for line in text.splitlines():
            fields = [field.strip() for field in line.split("\t")]
            if len(fields) < 3 or not fields[0].isdigit():
                continue
            name = re.sub(r"^\[.\] ", "", fields[2])
            module = "[kernel]" if fields[1].startswith("[kernel") else fields[1]
            counts[(module, "[unnamed]" if name.startswith("0x") else name)] += int(fields[0])
        return counts


def nothing(_pids=None, _tag=None):
    return Counter()


class Nothing:
    name = "nobody"
    start = staticmethod(nothing)
    stop = staticmethod(nothing)


def shares(counts):
    total = max(1, sum(counts.values()))
    return {key: count / total for key, count in counts.items()}


def top_ten(counts):
    return [key for key, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]]


def agreement(ours, theirs):
    """How many of the top ten are the same, and the largest difference of shares among them."""
    ours, theirs = shares(ours), shares(theirs)
    both = set(top_ten(ours)) | set(top_ten(theirs))
    worst = max(both, key=lambda key: abs(ours.get(key, 0) - theirs.get(key, 0)), default=None)
    common = len(set(top_ten(ours)) & set(top_ten(theirs)))
    return common, abs(ours.get(worst, 0) - theirs.get(worst, 0)), worst


def measure(name, options, scratch, report):
    folder = tempfile.mkdtemp(prefix=f"{name}-", dir=scratch)
    os.chmod(folder, 0o777)
    server = SERVERS[name](folder)
    server.start()
    recorders = [Nothing()] + [kind for rate in (99, 999)
                               for kind in (Profiler(options.profiler, rate, scratch), Perf(rate, scratch))]
    rates = {recorder.name: [] for recorder in recorders}
    errors = Counter()
    selves = {recorder.name: Counter() for recorder in recorders}
    try:
        server.load(2)
        for turn in range(options.rounds):
            # Turned around each time: what comes first has no advantage.
            for recorder in recorders if turn % 2 == 0 else recorders[::-1]:
                recorder.start(processes(server.process.pid), f"{name}-{turn}")
                time.sleep(0.7)
                rate, failed = server.load(options.seconds)
                selves[recorder.name] += recorder.stop()
                rates[recorder.name].append(rate)
                errors[recorder.name] += failed
        alive = server.process.poll() is None
    finally:
        server.stop()
    write(name, recorders, rates, errors, selves, alive, report)
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
        for drawing in glob.glob(f"{scratch}/{name}-0-999*.svg"):
            shutil.copy(drawing, options.keep)


def write(name, recorders, rates, errors, selves, alive, report):
    print(f"## {name}\n", file=report)
    print("| with | requests a second | against nobody | errors |\n|---|---|---|---|", file=report)
    alone = statistics.mean(rates["nobody"])
    for recorder in recorders:
        mean, spread = statistics.mean(rates[recorder.name]), statistics.stdev(rates[recorder.name])
        print(f"| {recorder.name} | {mean:.0f} ± {spread:.0f} | {100 * (mean / alone - 1):+.1f} % | "
              f"{errors[recorder.name]} |", file=report)
    print(f"\nThe server {'still ran' if alive else 'HAD ENDED'} at the end.\n", file=report)
    print("| | samples | coverage | lost | truncated | unnamed | own cost |\n|---|---|---|---|---|---|---|", file=report)
    ours = [recorder for recorder in recorders if isinstance(recorder, Profiler)]
    for recorder in ours:
        print(f"| {recorder.name} | {recorder.facts()} |", file=report)
        for message in sorted(recorder.messages):
            print(f"\n{recorder.name} says: {message}", file=report)
    print("\n| top ten by self | the same | largest difference |\n|---|---|---|", file=report)
    pairs = [(f"profiler, {rate} Hz", f"perf -g, {rate} Hz") for rate in (99, 999)]
    pairs += [("profiler, 99 Hz", "profiler, 999 Hz"), ("perf -g, 99 Hz", "perf -g, 999 Hz")]
    for left, right in pairs:
        common, difference, worst = agreement(selves[left], selves[right])
        print(f"| {left} : {right} | {common} of 10 | {100 * difference:.1f} points ({worst and worst[1]}) |", file=report)
    left, right = shares(selves["profiler, 999 Hz"]), shares(selves["perf -g, 999 Hz"])
    print("\n| function | profiler, 999 Hz | perf, 999 Hz |\n|---|---|---|", file=report)
    for key in top_ten(left):
        print(f"| `{key[1]}` ({key[0]}) | {100 * left[key]:.1f} % | {100 * right.get(key, 0):.1f} % |", file=report)
    print(file=report, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("servers", nargs="*", choices=[[], *SERVERS], help="which; all unless said")
    parser.add_argument("--profiler", type=os.path.abspath, required=True)
    parser.add_argument("--seconds", type=int, default=5, help="of load in each measurement")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--keep", help="folder for the flamegraphs of the first round")
    parser.add_argument("--output", default="/dev/stdout")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("run as root: perf samples kernel code only then, and the servers run as another user")
    with tempfile.TemporaryDirectory() as scratch, open(options.output, "w") as report:
        os.chmod(scratch, 0o755)
        for name in options.servers or SERVERS:
            measure(name, options, scratch, report)


if __name__ == "__main__":
    main()
