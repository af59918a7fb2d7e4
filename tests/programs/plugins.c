// Loads two libraries in turn, after it was attached to; they take the same addresses.
#include "split.h"
#include <dlfcn.h>
#include <libgen.h>
#include <string.h>

APART void run_plugin(const char *folder, const char *library, int kind) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, library);
  void *handle = dlopen(path, RTLD_NOW);
  uint64_t (*entry)(uint64_t) = handle ? (uint64_t(*)(uint64_t))dlsym(handle, "entry") : 0;
  if (!entry) {
    fprintf(stderr, "%s\n", dlerror());
    exit(3);
  }
  static void *first;
  if (!first) first = (void *)entry;
  if (first != (void *)entry) fprintf(stderr, "%s moved\n", library);
  uint64_t start = thread_cpu();
  sink = entry(kind == HEAVY ? 14000000 : 6000000);
  add(kind, start);
  dlclose(handle);
}

int main(int count, char **arguments) {
  char program[4096];
  snprintf(program, sizeof program, "%s", arguments[0]);
  const char *folder = dirname(program);
  begin(count, arguments);
  usleep(300000);
  while (!done()) {
    run_plugin(folder, "heavy.so", HEAVY);
    run_plugin(folder, "light.so", LIGHT);
  }
  finish_as("plugin_heavy", "plugin_light");
}
