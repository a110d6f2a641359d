// Preloaded by tests/chaos.sh: now and then a call that moves bytes, waits for them or wakes a thread takes a while, before it or
// after it. Other orders of events come up than on a quiet machine, in the tests, the hub, the agents and the browser alike; what
// a call does is unchanged.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

static int per_thousand = -1;
static long most_nanoseconds;
static __thread unsigned long state;

static void maybe_sleep(void) {
  int error = errno;
  if (per_thousand < 0) {
    const char *most = getenv("CHAOS_MICROSECONDS"), *per = getenv("CHAOS_PER_THOUSAND");
    most_nanoseconds = (most ? atol(most) : 3000) * 1000 + 1;
    per_thousand = per ? atoi(per) : 20;
  }
  if (state == 0) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    state = ((unsigned long)now.tv_nsec ^ (unsigned long)pthread_self()) | 1;
  }
  // xorshift64 (Marsaglia, 2003): a thread's own, so no thread waits for another one here.
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  if ((state >> 20) % 1000 < (unsigned long)per_thousand) {
    struct timespec rest = {0, (long)((state >> 33) % (unsigned long)most_nanoseconds)};
    nanosleep(&rest, NULL);
  }
  errno = error;
}

#define SLOW(type, name, declared, passed)                \
  type name declared {                                    \
    static type(*real) declared;                          \
    if (!real) real = (type(*) declared)dlsym(RTLD_NEXT, #name); \
    maybe_sleep();                                        \
    type result = real passed;                            \
    maybe_sleep();                                        \
    return result;                                        \
  }

SLOW(ssize_t, send, (int fd, const void *bytes, size_t size, int flags), (fd, bytes, size, flags))
SLOW(ssize_t, recv, (int fd, void *bytes, size_t size, int flags), (fd, bytes, size, flags))
SLOW(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
SLOW(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags))
SLOW(int, epoll_wait, (int fd, struct epoll_event *events, int size, int timeout), (fd, events, size, timeout))
SLOW(int, accept4, (int fd, struct sockaddr *address, socklen_t *size, int flags), (fd, address, size, flags))
SLOW(int, connect, (int fd, const struct sockaddr *address, socklen_t size), (fd, address, size))
SLOW(int, shutdown, (int fd, int how), (fd, how))

// Two versions exist; the newer one is what every caller of today means.
int pthread_cond_signal(pthread_cond_t *condition) {
  static int (*real)(pthread_cond_t *);
  if (!real) real = (int (*)(pthread_cond_t *))dlvsym(RTLD_NEXT, "pthread_cond_signal", "GLIBC_2.3.2");
  int result = real(condition);
  maybe_sleep();
  return result;
}
