// Threads that divide their time between six functions of different character, for comparing profiles.
//
//   work MODE ROUNDS [FUNCTION POINTS]
//
// MODE is `steady` (every thread calls the functions in turn), `phases` (each function rules a while) or `random` (each
// thread draws what comes next, seeded by its clock). With FUNCTION and POINTS, that function costs so many percentage
// points of the whole more. Rounds are counted, not timed: the work of two runs is the same but for `random`.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KINDS = 6, THREADS = 2, WORDS = 1 << 13 };

#define WORK(name) __attribute__((noinline, noclone)) static uint64_t name(uint64_t rounds, uint64_t seed, uint32_t *memory)

WORK(shift) {
  for (uint64_t i = 0; i < rounds; i++) seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return seed + (memory != 0);
}
WORK(divide) {
  for (uint64_t i = 0; i < rounds; i++) seed = seed / (i | 3) + 0x9e3779b97f4a7c15u;
  return seed + (memory != 0);
}
WORK(walk) {
  for (uint64_t i = 0; i < rounds; i++) seed = memory[(seed * 0x9e3779b97f4a7c15u >> 32) % WORDS] + i;
  return seed;
}
WORK(branch) {
  for (uint64_t i = 0; i < rounds; i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    if (seed >> 63) seed ^= i;
    if (seed >> 61 & 1) seed += 7 * i;
  }
  return seed + (memory != 0);
}
WORK(floats) {
  double x = (double)(seed | 1);
  for (uint64_t i = 0; i < rounds; i++) x = x * 1.0000001 + 1.0 / (x + 2.0);
  return (uint64_t)x + (memory != 0);
}
WORK(copy) {
  for (uint64_t i = 0; i < rounds; i++) memory[i % WORDS] = memory[(i * 17 + seed) % WORDS] + 1;
  return seed;
}

typedef uint64_t function(uint64_t, uint64_t, uint32_t *);
static function *const functions[KINDS] = {shift, divide, walk, branch, floats, copy};
static const char *const names[KINDS] = {"shift", "divide", "walk", "branch", "floats", "copy"};
// Shares of the whole, and rounds that take about a microsecond.
static const double shares[KINDS] = {0.30, 0.22, 0.18, 0.15, 0.10, 0.05};
static const double per_microsecond[KINDS] = {585, 230, 300, 440, 177, 1300};

static double wanted[KINDS];
static const char *mode;
static uint64_t rounds;
static volatile uint64_t sink;

static void call(int kind, double microseconds, uint32_t *memory) {
  sink = functions[kind]((uint64_t)(microseconds * per_microsecond[kind]), sink | 1, memory);
}

static void *run(void *unused) {
  uint32_t *memory = calloc(WORDS, sizeof *memory);
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  uint64_t seed = (uint64_t)now.tv_nsec * 2654435761u + (uint64_t)(uintptr_t)memory | 1;
  for (uint64_t round = 0; round < rounds; round++) {
    for (int kind = 0; kind < KINDS; kind++) {
      double factor = 1;
      if (!strcmp(mode, "phases")) factor = (round / 40) % KINDS == (uint64_t)kind ? 4.0 : 0.4;
      if (!strcmp(mode, "random")) seed = shift(1, seed, 0), factor = 2.0 * (double)(seed >> 11) / 9007199254740992.0;
      call(kind, 10000 * wanted[kind] * factor, memory);
    }
  }
  free(memory);
  return unused;
}

int main(int count, char **arguments) {
  if (count != 3 && count != 5) return 2;
  mode = arguments[1];
  rounds = strtoull(arguments[2], 0, 10);
  memcpy(wanted, shares, sizeof wanted);
  for (int kind = 0; count == 5 && kind < KINDS; kind++) {
    if (strcmp(arguments[3], names[kind])) continue;
    double after = shares[kind] + atof(arguments[4]) / 100;
    wanted[kind] = after * (1 - shares[kind]) / (1 - after);
  }
  if (!strcmp(mode, "calibrate")) {
    uint32_t *memory = calloc(WORDS, sizeof *memory);
    for (int kind = 0; kind < KINDS; kind++) {
      clock_t start = clock();
      for (uint64_t seed = 1; seed <= 1000; seed++) sink = functions[kind](rounds / 1000, seed * 7919, memory);
      printf("%.1f, ", (double)rounds / (double)(clock() - start));
    }
    return 0;
  }
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], 0, run, 0);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], 0);
}
