// Work two inlined functions deep; the same two functions are inlined into both callers.
#include "split.h"

#define INLINE static inline __attribute__((always_inline))

INLINE uint64_t inner(uint64_t seed, int shift) {
  seed ^= seed << shift;
  seed ^= seed >> 7;
  return seed ^ seed << 17;
}

INLINE uint64_t middle(uint64_t rounds, int shift) {
  uint64_t seed = 88172645463325252u;
  for (uint64_t i = 0; i < rounds; i++) seed = inner(seed + i, shift);
  return seed;
}

APART uint64_t heavy_caller(uint64_t rounds) { return middle(rounds, 13); }

APART uint64_t light_caller(uint64_t rounds) { return middle(rounds, 11); }

APART void work(void) {
  uint64_t start = thread_cpu();
  sink = heavy_caller(7000000);
  add(HEAVY, start);
  start = thread_cpu();
  sink = light_caller(3000000);
  add(LIGHT, start);
}

int main(int count, char **arguments) {
  begin(count, arguments);
  while (!done()) work();
  finish_as("heavy_caller", "light_caller");
}
