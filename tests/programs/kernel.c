// Spends its time in the kernel: clearing pages for large reads, and making random bytes.
#include "split.h"
#include <sys/random.h>

static char buffer[1 << 20];

APART void read_zeros(int file) {
  uint64_t start = thread_cpu();
  for (int i = 0; i < 600; i++) sink += (uint64_t)read(file, buffer, sizeof buffer);
  add(HEAVY, start);
}

APART void make_random(void) {
  uint64_t start = thread_cpu();
  for (int i = 0; i < 2; i++) sink += (uint64_t)getrandom(buffer, sizeof buffer, 0);
  add(LIGHT, start);
}

int main(int count, char **arguments) {
  int file = open("/dev/zero", O_RDONLY);
  begin(count, arguments);
  while (!done()) {
    read_zeros(file);
    make_random();
  }
  finish_as("read_zeros", "make_random");
}
