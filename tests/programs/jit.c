// Two functions that are generated at run time, with frame pointers and a perf map; nothing else describes them.
#include "split.h"
#include <string.h>

typedef uint64_t (*generated)(uint64_t rounds, uint64_t seed);

static const uint8_t code[] = {
    0x55,                   // push rbp
    0x48, 0x89, 0xe5,       // mov rbp, rsp
    0x48, 0x89, 0xf0,       // mov rax, rsi
    0x48, 0x89, 0xc2,       // again: mov rdx, rax
    0x48, 0xc1, 0xe2, 0x0d, // shl rdx, 13
    0x48, 0x31, 0xd0,       // xor rax, rdx
    0x48, 0x89, 0xc2,       // mov rdx, rax
    0x48, 0xc1, 0xea, 0x07, // shr rdx, 7
    0x48, 0x31, 0xd0,       // xor rax, rdx
    0x48, 0xff, 0xcf,       // dec rdi
    0x75, 0xe7,             // jnz again
    0x5d,                   // pop rbp
    0xc3,                   // ret
};

static generated emit(uint8_t *at, FILE *map, const char *name) {
  memcpy(at, code, sizeof code);
  fprintf(map, "%lx %zx %s\n", (unsigned long)at, sizeof code, name);
  fflush(map);
  return (generated)at;
}

APART void run_generated(generated function, int kind, uint64_t rounds) {
  uint64_t start = thread_cpu();
  sink = function(rounds, 88172645463325252u);
  add(kind, start);
}

int main(int count, char **arguments) {
  char path[64];
  snprintf(path, sizeof path, "/tmp/perf-%d.map", getpid());
  FILE *map = fopen(path, "w");
  uint8_t *memory = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (!map || memory == MAP_FAILED) return 3;
  generated heavy = emit(memory, map, "jit_heavy"), light = emit(memory + 1024, map, "jit_light");
  begin(count, arguments);
  while (!done()) {
    run_generated(heavy, HEAVY, 7000000);
    run_generated(light, LIGHT, 3000000);
  }
  fclose(map);
  finish_as("jit_heavy", "jit_light");
}
