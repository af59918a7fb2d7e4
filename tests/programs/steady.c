// Threads that live as long as the program: four unless it is said.
#include "split.h"

#ifndef THREADS
#define THREADS 4
#endif
// The account of many threads needs small pieces: each thread gets little of the CPU.
#ifndef PIECE
#define PIECE 1
#endif

APART void *work(void *unused) {
  while (!done()) {
    run_heavy(7000000 / PIECE);
    run_light(3000000 / PIECE);
  }
  return unused;
}

int main(int count, char **arguments) {
  begin(count, arguments);
  pthread_t threads[THREADS];
  for (int i = 1; i < THREADS; i++) pthread_create(&threads[i], 0, work, 0);
  work(0);
  for (int i = 1; i < THREADS; i++) pthread_join(threads[i], 0);
  finish();
}
