// Spreads the secret of its first argument over heap and stack, for a second and a half of CPU time.
#include <stdlib.h>
#include <string.h>
#include <time.h>

__attribute__((noinline)) static void spread_secret(const char *secret) {
  char on_stack[2048];
  char *on_heap = malloc(4096);
  while (clock() < CLOCKS_PER_SEC * 3 / 2) {
    for (size_t at = 0; at + 64 < sizeof on_stack; at += 64) strncpy(on_stack + at, secret, 63);
    strncpy(on_heap, on_stack, 4095);
    __asm__ volatile("" ::"r"(on_stack), "r"(on_heap) : "memory");
  }
}

int main(int count, char **arguments) {
  if (count < 2 || !getenv("PASSWORD")) return 2;
  spread_secret(arguments[1]);
  return 0;
}
