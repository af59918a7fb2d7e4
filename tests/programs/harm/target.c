// Programs that notice when they are disturbed: `target MODE`.
//
// Prints "ready", works until its standard input ends, then prints one line of counts: what was done, and what went
// otherwise than without a profiler (`wrong` results, `eintr`, `short` transfers, `lost` signals), which must be 0.
// Exits with 37.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_CODE = 37, CHILD_CODE = 42 };

static atomic_int stop;
static atomic_ulong rounds, wrong, eintr, shorter, lost;
static uint64_t expected;
static const char *own_path;

// About a millisecond of work whose result is always the same.
static uint64_t work(void) {
  uint64_t sum = 88172645463325252u;
  for (int i = 0; i < 300000; i++) {
    sum ^= sum << 13;
    sum ^= sum >> 7;
    sum ^= sum << 17;
  }
  return sum;
}

static void round_of_work(void) {
  if (work() != expected) wrong++;
  rounds++;
}

static void note(int failed) {
  if (failed && errno == EINTR) eintr++;
  else if (failed) wrong++;
}

static void *busy(void *unused) {
  while (!stop) round_of_work();
  return unused;
}

static void check_child(pid_t child) {
  int status = 0;
  note(waitpid(child, &status, 0) != child);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != CHILD_CODE) wrong++;
  rounds++;
}

static void *forks(void *unused) {
  while (!stop) {
    pid_t child = fork();
    if (child == 0) _exit(work() == expected ? CHILD_CODE : 1);
    check_child(child);
  }
  return unused;
}

static void *vforks(void *unused) {
  while (!stop) {
    pid_t child = vfork();
    if (child == 0) {
      execl(own_path, own_path, "child", (char *)0);
      _exit(1);
    }
    check_child(child);
  }
  return unused;
}

static void *one_round(void *unused) {
  round_of_work();
  return unused;
}

static void *threads(void *unused) {
  while (!stop) {
    pthread_t some[4];
    for (int i = 0; i < 4; i++)
      if (pthread_create(&some[i], 0, one_round, 0)) abort();
    for (int i = 0; i < 4; i++) pthread_join(some[i], 0);
  }
  return unused;
}

// Code that comes and goes: a page of this program, mapped again and again, and pages that no file backs.
static void *remaps(void *unused) {
  int file = open("/proc/self/exe", O_RDONLY);
  while (!stop) {
    for (int i = 0; i < 50; i++) {
      void *of_file = mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 4096);
      void *of_none = mmap(0, 4096 * (size_t)(1 + i), PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (of_file == MAP_FAILED || of_none == MAP_FAILED) wrong++;
      if (munmap(of_none, 4096 * (size_t)(1 + i)) || munmap(of_file, 4096)) wrong++;
    }
    round_of_work();
  }
  return unused;
}

// Many threads that do little: half of a CPU all together.
static useconds_t pause_between;

static void *now_and_then(void *unused) {
  while (!stop) {
    round_of_work();
    usleep(pause_between);
  }
  return unused;
}

static void crowd(int count) {
  pause_between = 2000 * (useconds_t)count;
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 << 10);
  for (int i = 0; i < count; i++) {
    pthread_t one;
    if (pthread_create(&one, &small, now_and_then, 0)) abort();
    pthread_detach(one);
  }
}

// Blocking calls that an interruption would end early, although no signal has a handler.
static void *sleeps(void *unused) {
  while (!stop) {
    struct timespec time = {0, 7000000}, start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    note(nanosleep(&time, 0));
    clock_gettime(CLOCK_MONOTONIC, &end);
    if ((end.tv_sec - start.tv_sec) * 1000000000L + end.tv_nsec - start.tv_nsec < time.tv_nsec) shorter++;
    rounds++;
  }
  return unused;
}

static void *polls(void *unused) {
  int set = epoll_create1(0);
  struct epoll_event event;
  sem_t never;
  sem_init(&never, 0, 0);
  while (!stop) {
    note(epoll_wait(set, &event, 1, 5) < 0);
    note(poll(0, 0, 5) < 0);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 5000000;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    if (sem_timedwait(&never, &until) == 0 || errno != ETIMEDOUT) note(1);
    rounds++;
  }
  return unused;
}

// A pair that passes blocks which do not fit its buffer: each side blocks in the middle of a transfer.
enum { BLOCK = 1 << 20 };
static int pair[2];

static void *writes(void *unused) {
  static char block[BLOCK];
  memset(block, 7, BLOCK);
  while (!stop) {
    ssize_t sent = send(pair[0], block, BLOCK, MSG_NOSIGNAL);
    if (sent < 0 && errno != EPIPE) note(1);
    else if (sent != BLOCK && !stop) shorter++;
  }
  shutdown(pair[0], SHUT_RDWR);
  return unused;
}

static void *reads(void *unused) {
  static char block[BLOCK];
  while (!stop) {
    ssize_t got = recv(pair[1], block, BLOCK, MSG_WAITALL);
    if (got < 0) note(1);
    else if (got != BLOCK && !stop) shorter++;
    else if (got == BLOCK && (block[0] != 7 || block[BLOCK - 1] != 7)) wrong++;
    rounds++;
    usleep(300);
  }
  shutdown(pair[1], SHUT_RDWR);
  return unused;
}

// Timers and signals: each that the kernel promised must come.
static volatile sig_atomic_t alarms, profs;
static timer_t ticking;

static void on_alarm(int signal) {
  (void)signal;
  alarms += 1 + timer_getoverrun(ticking);
}
static void on_prof(int signal) {
  (void)signal;
  profs++;
}
static void on_child(int signal) { (void)signal; }

static double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static void *signals(void *unused) {
  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, 0);
  action.sa_handler = on_prof;
  sigaction(SIGPROF, &action, 0);
  action.sa_handler = on_child;
  sigaction(SIGCHLD, &action, 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
  struct itimerspec every = {{0, 10000000}, {0, 10000000}};
  struct itimerval of_cpu = {{0, 20000}, {0, 20000}};
  double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
  if (timer_create(CLOCK_MONOTONIC, &event, &ticking) || timer_settime(ticking, 0, &every, 0)) abort();
  setitimer(ITIMER_PROF, &of_cpu, 0);
  while (!stop) {
    round_of_work();
    pid_t child = fork();
    if (child == 0) _exit(CHILD_CODE);
    int status = 0;
    if (waitpid(child, &status, 0) != child || WEXITSTATUS(status) != CHILD_CODE) wrong++;
  }
  memset(&every, 0, sizeof every);
  memset(&of_cpu, 0, sizeof of_cpu);
  timer_settime(ticking, 0, &every, 0);
  setitimer(ITIMER_PROF, &of_cpu, 0);
  wall = seconds(CLOCK_MONOTONIC) - wall;
  cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  // An alarm may be under way at either end; SIGPROF has no overrun count, and its timer counts whole ticks.
  if (alarms + 2 < wall / 0.01) lost++;
  if (profs < 0.5 * cpu / 0.02 - 2) lost++;
  return unused;
}

static void run(int count, void *(*const *bodies)(void *)) {
  pthread_t some[8];
  for (int i = 0; i < count; i++)
    if (pthread_create(&some[i], 0, bodies[i], 0)) abort();
  char byte;
  ssize_t got;
  while ((got = read(0, &byte, 1)) > 0) {
  }
  note(got < 0);
  stop = 1;
  for (int i = 0; i < count; i++) pthread_join(some[i], 0);
}

#define RUN(...) run(sizeof((void *(*[])(void *)){__VA_ARGS__}) / sizeof(void *), (void *(*[])(void *)){__VA_ARGS__})

int main(int count, char **arguments) {
  const char *mode = count > 1 ? arguments[1] : "";
  expected = work();
  if (!strcmp(mode, "child")) return work() == expected ? CHILD_CODE : 1;
  own_path = "/proc/self/exe";
  if (!strcmp(mode, "undumpable")) prctl(PR_SET_DUMPABLE, 0);
  if (!strcmp(mode, "crowd")) crowd(count > 2 ? atoi(arguments[2]) : 100);
  puts("ready");
  fflush(stdout);
  if (!strcmp(mode, "exits")) {
    // Ends by itself after as many milliseconds of work as the second argument says.
    for (int left = count > 2 ? atoi(arguments[2]) : 50; left > 0; left--) round_of_work();
  } else if (!strcmp(mode, "busy") || !strcmp(mode, "undumpable")) {
    RUN(busy, busy, busy, busy);
  } else if (!strcmp(mode, "forks")) {
    RUN(forks);
  } else if (!strcmp(mode, "vforks")) {
    RUN(vforks);
  } else if (!strcmp(mode, "threads")) {
    RUN(threads);
  } else if (!strcmp(mode, "remaps")) {
    RUN(remaps);
  } else if (!strcmp(mode, "crowd")) {
    RUN(sleeps);
  } else if (!strcmp(mode, "blocked")) {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) abort();
    RUN(sleeps, polls, writes, reads);
  } else if (!strcmp(mode, "signals")) {
    // The signals are for the main thread's counters, and must not end the read that waits for the end.
    sigset_t all;
    pthread_t one;
    sigemptyset(&all);
    sigaddset(&all, SIGALRM), sigaddset(&all, SIGPROF), sigaddset(&all, SIGCHLD);
    pthread_create(&one, 0, signals, 0);
    pthread_sigmask(SIG_BLOCK, &all, 0);
    RUN(sleeps);
    pthread_join(one, 0);
  } else {
    return 2;
  }
  if (!strcmp(mode, "undumpable") && prctl(PR_GET_DUMPABLE)) wrong++;
  printf("wrong %lu eintr %lu short %lu lost %lu rounds %lu\n", wrong, eintr, shorter, lost, rounds);
  return EXIT_CODE;
}
