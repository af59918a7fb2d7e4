// Generic functions, inlined ones and threads, built as a release: optimized, stripped or not, no frame pointers.

use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

static SPENT: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

trait Mix {
    fn mix(seed: u64) -> u64;
}

struct Heavy;
struct Light;

impl Mix for Heavy {
    #[inline(always)]
    fn mix(seed: u64) -> u64 {
        let seed = seed ^ seed << 13;
        let seed = seed ^ seed >> 7;
        seed ^ seed << 17
    }
}

impl Mix for Light {
    #[inline(always)]
    fn mix(seed: u64) -> u64 {
        let seed = seed ^ seed << 12;
        let seed = seed ^ seed >> 25;
        seed ^ seed << 27
    }
}

#[inline(never)]
fn generic_work<M: Mix>(rounds: u64) -> u64 {
    (0..rounds).fold(88_172_645_463_325_252, |seed, round| M::mix(seed.wrapping_add(round)))
}

fn thread_cpu() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

#[inline(never)]
fn measured<M: Mix>(kind: usize, rounds: u64) {
    let start = thread_cpu();
    for _ in 0..10 {
        black_box(generic_work::<M>(black_box(rounds)));
    }
    SPENT[kind].fetch_add(thread_cpu() - start, Ordering::Relaxed);
}

fn main() {
    let stop = std::env::args().nth(1).unwrap();
    println!("ready");
    std::io::stdout().flush().unwrap();
    let work = || {
        while !Path::new(&stop).exists() {
            measured::<Heavy>(0, 3_500_000);
            measured::<Light>(1, 1_500_000);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    std::thread::sleep(Duration::from_millis(1));
    let [heavy, light] = [0, 1].map(|kind| SPENT[kind].load(Ordering::Relaxed) as f64);
    println!("{{\"Heavy\": {:.6}, \"Light\": {:.6}}}", heavy / (heavy + light), light / (heavy + light));
}
