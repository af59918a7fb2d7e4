// Four threads that live as long as the program.
#include "split.h"

static void *work(void *unused) {
  while (!done()) {
    run_heavy(7000000);
    run_light(3000000);
  }
  return unused;
}

int main(int count, char **arguments) {
  begin(count, arguments);
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], 0, work, 0);
  work(0);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], 0);
  finish();
}
