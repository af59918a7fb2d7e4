// Two functions in Zig, one of them generic; Zig's own unwind tables and names.
const std = @import("std");

extern "c" fn access(path: [*:0]const u8, mode: c_int) c_int;
extern "c" fn puts(text: [*:0]const u8) c_int;
extern "c" fn fflush(stream: ?*anyopaque) c_int;
extern "c" fn printf(format: [*:0]const u8, ...) c_int;
const Timespec = extern struct { sec: i64, nsec: i64 };
extern "c" fn clock_gettime(clock: c_int, now: *Timespec) c_int;

const thread_cpu_clock: c_int = 3; // CLOCK_THREAD_CPUTIME_ID

fn cpu() u64 {
    var now: Timespec = undefined;
    _ = clock_gettime(thread_cpu_clock, &now);
    return @as(u64, @intCast(now.sec)) * 1_000_000_000 + @as(u64, @intCast(now.nsec));
}

noinline fn heavyWork(rounds: u64) u64 {
    var seed: u64 = 88172645463325252;
    for (0..rounds) |_| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
    }
    return seed;
}

noinline fn lightWork(rounds: u64) u64 {
    var seed: u64 = 88172645463325252;
    for (0..rounds) |_| {
        seed ^= seed << 12;
        seed ^= seed >> 25;
        seed ^= seed << 27;
    }
    return seed;
}

noinline fn measured(comptime work: fn (u64) u64, rounds: u64) u64 {
    const start = cpu();
    std.mem.doNotOptimizeAway(work(rounds));
    return cpu() - start;
}

pub export fn main(count: c_int, arguments: [*][*:0]const u8) c_int {
    if (count < 2) return 2;
    _ = puts("ready");
    _ = fflush(null);
    var heavy: u64 = 0;
    var light: u64 = 0;
    while (access(arguments[1], 0) != 0) {
        heavy += measured(heavyWork, 7_000_000);
        light += measured(lightWork, 3_000_000);
    }
    const all: f64 = @floatFromInt(heavy + light);
    const heavy_share = @as(f64, @floatFromInt(heavy)) / all;
    _ = printf("{\"split.heavyWork\": %.6f, \"split.lightWork\": %.6f}\n", heavy_share, 1 - heavy_share);
    return 0;
}
