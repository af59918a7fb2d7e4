// Threads that start while the program is recorded and live for a few milliseconds each.
#include "split.h"

static void *heavy(void *unused) {
  run_heavy(3500000);
  return unused;
}

static void *light(void *unused) {
  run_light(1500000);
  return unused;
}

int main(int count, char **arguments) {
  begin(count, arguments);
  while (!done()) {
    pthread_t a, b;
    pthread_create(&a, 0, heavy, 0);
    pthread_create(&b, 0, light, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
  }
  finish();
}
