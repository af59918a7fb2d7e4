"""Whether `profiler diff` tells changes from noise: pairs of recordings of real programs, most of them identical.

    diff.py record DIR --profiler PATH [--rounds N]   record every program N times (about 4 s each on two cores)
    diff.py judge DIR --profiler PATH                 compare all pairs of runs, and planted runs with unplanted ones

`record` needs perf events and runs what is installed of PROGRAMS; rounds go through all programs in turn, so that two
runs of one program lie a minute apart. `judge` needs the recordings only. A pair is flagged when any function is declared
changed. For 1,000 pairs resampled from the same recordings, with planted effects of several sizes:

    HONE_DIFF_RUNS=DIR cargo test -p tests --test diff -- --nocapture stored
"""

import argparse
import itertools
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
RATE = "999"

PYTHON = """
import json, re, zlib, sys
from multiprocessing import Process
extra = float(sys.argv[1])
def work():
    data = [{"id": i, "name": "item %d" % (i * 7919 % 1000), "price": i * 1.25} for i in range(1500)]
    blob = bytes(range(256)) * 400
    for turn in range(int(sys.argv[2])):
        text = json.dumps(data)
        back = json.loads(text)
        back.sort(key=lambda item: (item["name"], -item["price"]))
        words = re.findall(r"item (\\d+)", text)
        counts = {}
        for word in words * 6:
            counts[word] = counts.get(word, 0) + len(word)
        total = sum(x * x % 97 for x in range(9000))
        for _ in range(int(6 + extra)):
            zlib.crc32(blob)
            zlib.adler32(blob)
workers = [Process(target=work) for _ in range(2)]
[w.start() for w in workers]
[w.join() for w in workers]
"""

PERL = """
my ($extra, $turns) = @ARGV;
fork;
my @words = map { "w" . ($_ * 7919 % 3001) } 1 .. 4000;
my $text = join " ", @words;
for my $turn (1 .. $turns) {
    my %count; $count{$_}++ for @words;
    my @sorted = sort { $count{$a} <=> $count{$b} || $a cmp $b } keys %count;
    my $found = () = $text =~ /w1(\\d+)9/g;
    my $copy = $text; $copy =~ tr/a-z/A-Z/;
    my $sum = 0; $sum += length($_) * 3 % 7 for @words;
    for (1 .. $extra) { my @again = sort @words[0 .. 150]; }
}
wait;
"""

NODE = """
const rows = Array.from({length: 4000}, (_, i) => ({id: i, name: 'n' + (i * 7919 % 1000), tags: [i % 7, i % 11]}));
for (let turn = 0; turn < +process.argv[2]; turn++) {
  const text = JSON.stringify(rows); const back = JSON.parse(text);
  back.sort((a, b) => a.name < b.name ? -1 : 1);
  const index = new Map(); for (const row of back) index.set(row.name, (index.get(row.name) || 0) + row.tags.length);
  text.replace(/n(\\d)\\d*/g, '$1');
}
"""

GO = """
package main
import ("encoding/json"; "sort"; "strings"; "sync"; "compress/flate"; "bytes"; "regexp")
type row struct { ID int; Name string; Tags []int }
func work() {
    re := regexp.MustCompile(`n(\\d+)7`)
    for turn := 0; turn < 84; turn++ {
        var rows []row
        for i := 0; i < 6000; i++ { rows = append(rows, row{i, "n" + strings.Repeat("x", i%13), []int{i, i % 7}}) }
        text, _ := json.Marshal(rows)
        var back []row
        json.Unmarshal(text, &back)
        sort.Slice(back, func(a, b int) bool { return back[a].Name < back[b].Name })
        var out bytes.Buffer
        w, _ := flate.NewWriter(&out, 6); w.Write(text); w.Close()
        re.FindAllIndex(text, -1)
    }
}
func main() { var g sync.WaitGroup; for i := 0; i < 2; i++ { g.Add(1); go func() { work(); g.Done() }() }; g.Wait() }
"""

JAVA = """
import java.util.*;
public class Work {
  public static void main(String[] a) throws Exception {
    Thread[] ts = new Thread[2];
    for (int t = 0; t < 2; t++) { ts[t] = new Thread(() -> {
      long sum = 0;
      for (int turn = 0; turn < 480; turn++) {
        Map<String, Integer> m = new HashMap<>();
        for (int i = 0; i < 30000; i++) m.merge("k" + i * 7919L % 5003, i, Integer::sum);
        List<String> k = new ArrayList<>(m.keySet()); Collections.sort(k);
        sum += k.hashCode() + m.values().stream().mapToLong(x -> x).sum();
      }
      System.out.println(sum); }); ts[t].start(); }
    for (Thread t : ts) t.join();
  }
}
"""

SQL = """
pragma temp_store = memory;
create table t(id integer primary key, name text, price real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 620000)
  insert into t select i, 'item ' || (i * 7919 % 10007), i * 1.25 from n;
create index by_name on t(name);
select count(*), sum(price) from t where name like '%9%';
select name, sum(price) s from t group by name order by s desc limit 5;
select count(*) from t a join t b on a.name = b.name where a.id % 7 = 0;
select count(distinct substr(name, 3, 5)) from t;
select group_concat(upper(name)) is null from t;
"""

# Shell commands that use about 5.5 s of CPU; `{in}` is the folder of inputs. A program that is not installed is left out.
PROGRAMS = {
    "xz": "xz -T2 -6 --block-size=600KiB -c {in}/text6 > /dev/null",
    "zstd": "zstd -q -T2 -15 -B512K -c {in}/text6 > /dev/null",
    "gzip": "gzip -9 -c {in}/text16 {in}/text16 {in}/text16 > /dev/null & gzip -9 -c {in}/text16 {in}/text16 {in}/text16 > /dev/null; wait",
    "bzip2": "bzip2 -c {in}/text16 {in}/text16 > /dev/null & bzip2 -c {in}/text16 {in}/text16 > /dev/null; wait",
    "python3": "python3 {in}/work.py 0 290",
    "perl": "perl {in}/work.pl 0 420",
    "node": "node {in}/work.js 780",
    "go": "{in}/gowork",
    "java": "java -cp {in} Work",
    "javac": "javac -d {in}/classes {in}/big/*.java",
    "sqlite3": "sqlite3 :memory: < {in}/work.sql & sqlite3 :memory: < {in}/work.sql; wait",
    "openssl": "openssl speed -multi 2 -seconds 1 sha256 md5 rsa1024 2> /dev/null",
    "sort": "sort --parallel=2 -S 400M {in}/lines {in}/lines {in}/lines {in}/lines > /dev/null",
    "gcc": "gcc -O2 -c {in}/big.c -o /dev/null & gcc -O2 -c {in}/big.c -o /dev/null; wait",
    "git": "git -C {in}/repo repack -q -a -d -f --threads=2 --depth=50 --window=250",
    "jq": "jq -c 'map(.id * 2) | add' {in}/big.json > /dev/null & jq -c 'map({{id, n: (.name | ascii_upcase)}}) | length' {in}/big.json; wait",
    "awk": "awk -f {in}/work.awk {in}/text16 {in}/text16 & awk -f {in}/work.awk {in}/text16 {in}/text16; wait",
    "redis": "redis-server --port 7391 --save '' > /dev/null & sleep 1; redis-benchmark -p 7391 -q -n 150000 -P 4 -t set,get,lpush,lrange_100 > /dev/null; redis-cli -p 7391 shutdown nosave; wait",
    "steady": "{in}/work steady 265",
    "phases": "{in}/work phases 280",
    "random": "{in}/work random 265",
}

# (base, planted, the function that gets about five points more expensive).
PLANTED = {
    "steady": ("{in}/work steady 265 branch 5", "branch"),
    "random": ("{in}/work random 265 floats 5", "floats"),
    "phases": ("{in}/work phases 280 copy 5", "copy"),
    "python3": ("python3 {in}/work.py 10 270", "crc32"),
}


def words(count, seed):
    draw = random.Random(seed)
    vocabulary = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(4000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    return draw.choices(vocabulary, weights, k=count)


def prepare(folder):
    """Inputs, made from fixed seeds; what cannot be made leaves its program out."""
    if (folder / "ready").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    text = " ".join(words(3_000_000, 1))
    (folder / "text16").write_text(text[:16_000_000])
    (folder / "text6").write_text(text[:9_000_000])
    (folder / "lines").write_text("\n".join(" ".join(pair) for pair in zip(words(1_100_000, 2), words(1_100_000, 3))))
    for name, content in [("work.py", PYTHON), ("work.pl", PERL), ("work.js", NODE), ("work.sql", SQL), ("go.go", GO)]:
        (folder / name).write_text(content)
    (folder / "Work.java").write_text(JAVA)
    (folder / "work.awk").write_text("{ for (i = 1; i <= NF; i++) { n[$i]++; if ($i ~ /a.*e/) m[length($i)]++; s = s + index($i, \"st\") } }\n"
                                     "END { for (w in n) if (n[w] > 1) t += n[w]; print t }\n")
    body = "\n".join(
        f"static int f{i}(int *a, int n) {{ int s = {i}; for (int j = 0; j < n; j++) {{ if (a[j] % {i % 7 + 2}) s += a[j] * j; "
        f"else s ^= a[n - j - 1]; switch (s & 7) {{ case 1: s += 3; break; case 5: s *= 7; break; }} }} return s; }}" for i in range(280)
    )
    (folder / "big.c").write_text(body + "\nint main(int c, char **v) { int a[64] = {c}; return " + "+".join(f"f{i}(a, 64)" for i in range(280)) + "; }\n")
    (folder / "big").mkdir(exist_ok=True)
    (folder / "classes").mkdir(exist_ok=True)
    for k in range(17):
        methods = "\n".join(f"  public static <T extends Comparable<T>> java.util.List<T> m{i}(java.util.List<T> a, int n) {{ "
                            f"java.util.function.Function<T, String> f = x -> x + \"{i}\"; var r = new java.util.ArrayList<T>(); "
                            f"for (T x : a) if (f.apply(x).length() > n * {i}) r.add(x); return r; }}" for i in range(60))
        (folder / "big" / f"C{k}.java").write_text(f"public class C{k} {{\n{methods}\n}}\n")
    draw = random.Random(4)
    (folder / "big.json").write_text(json.dumps([{"id": i, "name": "n" * draw.randint(1, 30), "v": [draw.random()] * 3} for i in range(200_000)]))
    for command in (
        f"cc -O2 -g -pthread {HERE.parent}/programs/diff/work.c -o {folder}/work",
        f"cd {folder} && go build -o gowork go.go",
        f"javac -d {folder} {folder}/Work.java",
        f"git clone -q --bare {HERE.parent.parent} {folder}/repo",
    ):
        subprocess.run(command, shell=True, check=False)
    (folder / "ready").touch()


def record(options):
    prepare(options.dir / "in")
    runs = [(name, command) for name, command in PROGRAMS.items()]
    runs += [(name + "+planted", command) for name, (command, _) in PLANTED.items()]
    chosen = options.only.split(",") if options.only else [name for name, _ in runs]
    for turn in range(options.start, options.start + options.rounds):
        for name, command in runs:
            program = name.split("+")[0]
            if name not in chosen or not (shutil.which(program) or program in ("steady", "phases", "random", "redis")):
                continue
            file = options.dir / name / f"{turn:02}.pb.gz"
            if file.exists():
                continue
            file.parent.mkdir(exist_ok=True)
            command = command.format(**{"in": options.dir / "in"})
            start = time.time()
            result = subprocess.run([options.profiler, "record", "--rate", RATE, "-o", file, "--", "sh", "-c", command],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            problem = "" if result.returncode == 0 else result.stderr.strip()
            print(f"{name} {turn}: {time.time() - start:.1f} s {problem}", flush=True)


def compare(options, before, after):
    """The comparison of two lists of recordings, as `profiler diff` writes it."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        command = [options.profiler, "diff", "-o", out.name, "--before", *before, "--after", *after]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return json.load(open(out.name))


def runs_of(options, name):
    return sorted((options.dir / name).glob("*.pb.gz"))


def splits(runs, size, most, draw):
    """Disjoint halves of `size` runs a side, each once."""
    seen = set()
    for _ in range(20 * most):
        chosen = draw.sample(runs, 2 * size)
        pair = frozenset([frozenset(chosen[:size]), frozenset(chosen[size:])])
        if pair not in seen and len(seen) < most:
            seen.add(pair)
            yield chosen[:size], chosen[size:]


def tell(title, outcomes):
    """One line: how many of how many, and where."""
    hit = sum(sum(of) for of in outcomes.values())
    count = sum(len(of) for of in outcomes.values())
    where = ", ".join(f"{name} {sum(of)}/{len(of)}" for name, of in outcomes.items() if of)
    print(f"{title}: {hit} of {count} ({100 * hit / max(count, 1):.1f} %): {where}", flush=True)


def judge(options):
    draw = random.Random(1)
    flagged, several, visible = {}, {}, []
    for name in PROGRAMS:
        runs = runs_of(options, name)
        flagged[name], several[name] = [], []
        for before, after in itertools.combinations(runs, 2):
            comparison = compare(options, [before], [after])
            changed = [change for change in comparison["functions"] if change["test"]["changed"]]
            flagged[name].append(bool(changed))
            visible.append(100 * comparison["detectable"])
            for change in changed[:1]:
                print(f"  flagged: {before} {after.name}: {change['function']} {100 * change['difference']:+.1f}")
        size = min(5, len(runs) // 2)
        if size > 1:
            for before, after in splits(runs, size, 10, draw):
                several[name].append(any(change["test"]["changed"] for change in compare(options, before, after)["functions"]))
    tell("identical, one run a side, flagged", flagged)
    tell("identical, several runs a side (at most 5), flagged", several)
    visible.sort()
    print(f"visible from, hardest function, one run a side: median {visible[len(visible) // 2]:.1f} points, "
          f"nine in ten {visible[9 * len(visible) // 10]:.1f}")
    found, found_several = {}, {}
    for name, (_, function) in PLANTED.items():
        old, new = runs_of(options, name), runs_of(options, name + "+planted")
        found[name] = [finds(compare(options, [a], [b]), function) for a in old for b in new]
        size = min(5, len(old), len(new))
        found_several[name] = []
        for _ in range(10 if size > 1 else 0):
            found_several[name].append(finds(compare(options, draw.sample(old, size), draw.sample(new, size)), function))
    tell("planted, one run a side, found", found)
    tell("planted, several runs a side (at most 5), found", found_several)


def finds(comparison, function):
    """Whether the planted function is among those that demonstrably got more expensive."""
    return any(change["test"]["changed"] and change["difference"] > 0 and function in change["function"]
               for change in comparison["functions"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["record", "judge"])
    parser.add_argument("dir", type=Path)
    parser.add_argument("--profiler", default="target/release/profiler")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--only")
    options = parser.parse_args()
    globals()[options.action](options)


if __name__ == "__main__":
    main()
