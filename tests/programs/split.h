// What the ground-truth programs share: CPU time by function, measured by the program itself.
//
// A program prints "ready" when it may be attached to. It works until the file named by its first argument exists, then
// prints its shares as one line of JSON.
#ifndef SPLIT_H
#define SPLIT_H
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { HEAVY, LIGHT, KINDS };

static const char *stop_file;
static _Atomic uint64_t *spent; // shared with children

static uint64_t thread_cpu(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// Two functions that cost about 7 : 3 when called in turn; the volatile keeps calls apart.
#define WORK(name)                                                                                                     \
  __attribute__((noinline, noclone)) uint64_t name(uint64_t rounds, uint64_t seed) {                                   \
    for (uint64_t i = 0; i < rounds; i++) {                                                                            \
      seed ^= seed << 13;                                                                                              \
      seed ^= seed >> 7;                                                                                               \
      seed ^= seed << 17;                                                                                              \
    }                                                                                                                  \
    return seed;                                                                                                       \
  }
WORK(heavy_work)
WORK(light_work)

static volatile uint64_t sink;

__attribute__((noinline, noclone)) void run_heavy(uint64_t rounds) {
  volatile char pad[200];
  pad[0] = 1;
  uint64_t start = thread_cpu();
  sink = heavy_work(rounds, 88172645463325252u);
  spent[HEAVY] += thread_cpu() - start + (pad[0] - 1);
}

__attribute__((noinline, noclone)) void run_light(uint64_t rounds) {
  volatile char pad[90];
  pad[0] = 1;
  uint64_t start = thread_cpu();
  sink = light_work(rounds, 88172645463325252u);
  spent[LIGHT] += thread_cpu() - start + (pad[0] - 1);
}

static void begin(int count, char **arguments) {
  if (count < 2) exit(2);
  stop_file = arguments[1];
  spent = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  puts("ready");
  fflush(stdout);
}

static inline int done(void) { return access(stop_file, F_OK) == 0; }

static void finish(void) {
  double all = (double)(spent[HEAVY] + spent[LIGHT]);
  printf("{\"heavy_work\": %.6f, \"light_work\": %.6f}\n", spent[HEAVY] / all, spent[LIGHT] / all);
  fflush(stdout);
}
#endif
