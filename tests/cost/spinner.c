// Sees what is taken from it: reads the time stamp counter without pause, and adds up the gaps.
//
//   spinner CPU WARM_UP_SECONDS SECONDS DEPTH
//
// Pins itself to CPU and prints "ready". After the warm-up it counts gaps for SECONDS, DEPTH frames deep, and prints JSON:
// its seconds on the CPU, the gaps that are too short to be another process (an interrupt, a sample) and their sum, and
// when gaps first came densely, which is when something began to sample it at several kHz.
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <x86intrin.h>

// What is shorter is no interrupt; what is longer is another process, or another guest of the hypervisor.
static const double shortest_us = 0.4, longest_us = 100;

// So many gaps within so long: a kernel's own ticks are a millisecond apart at least.
enum { DENSE = 5 };
static const double dense_us = 900;

static double seconds_of(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double ticks_per_us(void) {
  double start = seconds_of(CLOCK_MONOTONIC), end;
  uint64_t first = __rdtsc();
  do end = seconds_of(CLOCK_MONOTONIC);
  while (end - start < 0.2);
  return (double)(__rdtsc() - first) / (end - start) / 1e6;
}

static void spin(double warm_up, double seconds, double per_us) {
  uint64_t start = __rdtsc(), count_from = start + (uint64_t)(warm_up * 1e6 * per_us);
  uint64_t end = count_from + (uint64_t)(seconds * 1e6 * per_us);
  uint64_t shortest = (uint64_t)(shortest_us * per_us), longest = (uint64_t)(longest_us * per_us);
  uint64_t dense = (uint64_t)(dense_us * per_us), recent[DENSE] = {0};
  uint64_t gaps = 0, taken = 0, away = 0, dense_from = 0, before = start, now;
  double start_unix = seconds_of(CLOCK_REALTIME);
  do {
    now = __rdtsc();
    uint64_t gap = now - before;
    before = now;
    if (gap <= shortest) continue;
    if (gap > longest) {
      if (now > count_from) away += gap;
      continue;
    }
    for (int i = 1; i < DENSE; i++) recent[i - 1] = recent[i];
    recent[DENSE - 1] = now;
    if (!dense_from && recent[0] && now - recent[0] < dense) dense_from = recent[0];
    if (now > count_from) {
      gaps++;
      taken += gap;
    }
  } while (now < end);
  printf("{\"seconds\": %.6f, \"gaps\": %lu, \"taken_us\": %.1f, \"dense_from_unix\": %.6f}\n",
         ((double)(end - count_from) - (double)away) / per_us / 1e6, gaps, (double)taken / per_us,
         dense_from ? start_unix + (double)(dense_from - start) / per_us / 1e6 : 0.0);
}

static volatile char kept;

__attribute__((noinline)) static void descend(int depth, double warm_up, double seconds, double per_us) {
  volatile char pad[400];
  pad[0] = (char)depth;
  if (depth == 0)
    spin(warm_up, seconds, per_us);
  else
    descend(depth - 1, warm_up, seconds, per_us);
  kept = pad[0];
}

int main(int count, char **arguments) {
  if (count < 5) return 2;
  cpu_set_t cpu;
  CPU_ZERO(&cpu);
  CPU_SET(atoi(arguments[1]), &cpu);
  if (sched_setaffinity(0, sizeof cpu, &cpu) != 0) return 3;
  double per_us = ticks_per_us();
  puts("ready");
  fflush(stdout);
  descend(atoi(arguments[4]), atof(arguments[2]), atof(arguments[3]), per_us);
  return 0;
}
