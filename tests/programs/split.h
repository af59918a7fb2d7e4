// What the ground-truth programs share: CPU time by function, measured by the program itself.
//
// A program prints "ready" when it may be attached to. It works until the file named by its first argument exists, or what
// started it has gone; then it prints its shares as one line of JSON. Its account is kept in a file beside that one, so that children can add to it,
// whether they were forked or executed.
#ifndef SPLIT_H
#define SPLIT_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
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
static pid_t parent;
static uint64_t *spent;

static uint64_t thread_cpu(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void add(int kind, uint64_t start) { __atomic_fetch_add(&spent[kind], thread_cpu() - start, __ATOMIC_RELAXED); }

#define APART __attribute__((noinline, noclone))

// Two functions that cost about 7 : 3 when called in turn.
#define WORK(name)                                                                                                     \
  APART uint64_t name(uint64_t rounds, uint64_t seed) {                                                                \
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

APART void run_heavy(uint64_t rounds) {
  volatile char pad[200];
  pad[0] = 1;
  uint64_t start = thread_cpu();
  sink = heavy_work(rounds, 88172645463325252u);
  add(HEAVY, start + (uint64_t)(pad[0] - 1));
}

APART void run_light(uint64_t rounds) {
  volatile char pad[90];
  pad[0] = 1;
  uint64_t start = thread_cpu();
  sink = light_work(rounds, 88172645463325252u);
  add(LIGHT, start + (uint64_t)(pad[0] - 1));
}

// What an executed child does in place of `begin`.
static inline void join(int count, char **arguments) {
  if (count < 2) exit(2);
  parent = getppid();
  stop_file = arguments[1];
  char path[4096];
  snprintf(path, sizeof path, "%s.spent", stop_file);
  int file = open(path, O_RDWR | O_CREAT, 0600);
  if (file < 0 || ftruncate(file, 4096) != 0) exit(3);
  spent = (uint64_t *)mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (spent == MAP_FAILED) exit(3);
}

static inline void begin(int count, char **arguments) {
  join(count, arguments);
  puts("ready");
  fflush(stdout);
}

// Told to stop, or left alone by what started it.
static inline int done(void) { return access(stop_file, F_OK) == 0 || getppid() != parent; }

static inline void finish_as(const char *heavy, const char *light) {
  double all = (double)(spent[HEAVY] + spent[LIGHT]);
  printf("{\"%s\": %.6f, \"%s\": %.6f}\n", heavy, (double)spent[HEAVY] / all, light, (double)spent[LIGHT] / all);
  fflush(stdout);
}

static inline void finish(void) { finish_as("heavy_work", "light_work"); }
#endif
