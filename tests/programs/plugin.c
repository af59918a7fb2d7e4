// A library of plugins.c; WORK_NAME tells the two apart.
#include <stdint.h>

__attribute__((noinline, noclone)) static uint64_t WORK_NAME(uint64_t rounds, uint64_t seed) {
  for (uint64_t i = 0; i < rounds; i++) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
  }
  return seed;
}

uint64_t entry(uint64_t rounds) { return WORK_NAME(rounds, 88172645463325252u) + 1; }
