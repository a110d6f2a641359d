// A link between two network namespaces for loadtests/wan.sh: takes packets from a TUN device in each, and gives them to
// the other one later. Usage: link NEAR FAR. The device wan0 stands in both already.
// Input, a line at a time: "set DELAY_US JITTER_US LOSS_PPM RATE_KBIT QUEUE_MS" answers "ok"; "count" answers packets
// carried, lost by chance, and lost because the queue was full, since the last set. The end of the input ends the program.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { PACKET = 1600, SLOTS = 1 << 15, TURN = 32 };

typedef struct { int64_t due; int size; unsigned char bytes[PACKET]; } packet;

// One way: a ring in order of arrival. Jitter never reorders, as on a path whose queues are first in, first out.
typedef struct { packet *ring; unsigned head, tail; int64_t free_at, last_due; int from, to; } way;

static int64_t delay_ns, jitter_ns, queue_ns;
static uint64_t loss_ppm, rate_kbit;
static long carried, lost, overflowed;

static void die(const char *what) { perror(what); exit(1); }

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

// splitmix64
static uint64_t dice(void) {
  static uint64_t state = 0x1234567;
  uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

static int device_in(const char *space) {
  char path[256];
  snprintf(path, sizeof path, "/var/run/netns/%s", space);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || setns(file, CLONE_NEWNET)) die(path);
  close(file);
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strcpy(request.ifr_name, "wan0");
  if (device < 0 || ioctl(device, TUNSETIFF, &request)) die("wan0");
  return device;
}

// Takes what waits at one side; false when nothing did.
static int take(way *w) {
  int64_t now = now_ns();
  for (int i = 0; i < TURN; i++) {
    static packet spare;
    int full = w->tail - w->head == SLOTS;
    packet *p = full ? &spare : &w->ring[w->tail % SLOTS];
    p->size = read(w->from, p->bytes, PACKET);
    if (p->size <= 0) return i;
    if (loss_ppm && dice() % 1000000 < loss_ppm) { lost++; continue; }
    int64_t start = w->free_at > now ? w->free_at : now;
    if (full || (rate_kbit && start - now > queue_ns)) { overflowed++; continue; }
    if (rate_kbit) w->free_at = start += p->size * 8000000LL / (int64_t)rate_kbit;
    int64_t due = start + delay_ns + (jitter_ns ? (int64_t)(dice() % jitter_ns) : 0);
    if (due < w->last_due) due = w->last_due;
    p->due = w->last_due = due;
    w->tail++;
  }
  return TURN;
}

static void give(way *w) {
  int64_t now = now_ns();
  while (w->head != w->tail && w->ring[w->head % SLOTS].due <= now) {
    packet *p = &w->ring[w->head++ % SLOTS];
    if (write(w->to, p->bytes, p->size) == p->size) carried++; else overflowed++;
  }
}

static void obey(void) {
  char line[256];
  ssize_t size = read(0, line, sizeof line - 1);
  if (size <= 0) exit(0);
  line[size] = 0;
  long delay, jitter, loss, rate, queue;
  if (sscanf(line, "set %ld %ld %ld %ld %ld", &delay, &jitter, &loss, &rate, &queue) == 5) {
    delay_ns = delay * 1000, jitter_ns = jitter * 1000, loss_ppm = loss, rate_kbit = rate, queue_ns = queue * 1000000;
    carried = lost = overflowed = 0;
    puts("ok");
  } else if (!strncmp(line, "count", 5)) {
    printf("%ld %ld %ld\n", carried, lost, overflowed);
  } else {
    printf("unknown: %s", line);
  }
  fflush(stdout);
}

int main(int count, char **words) {
  if (count != 3) { fputs("usage: link NEAR FAR\n", stderr); return 2; }
  int near = device_in(words[1]), far = device_in(words[2]);
  prctl(PR_SET_TIMERSLACK, 1UL); // The default slack of 50 us would be jitter that nobody asked for.
  way ways[2] = {{.from = near, .to = far}, {.from = far, .to = near}};
  for (int i = 0; i < 2; i++)
    if (!(ways[i].ring = calloc(SLOTS, sizeof(packet)))) die("memory");
  for (;;) {
    int busy = take(&ways[0]) + take(&ways[1]);
    give(&ways[0]);
    give(&ways[1]);
    struct timespec wait = {.tv_sec = busy ? 0 : 1};
    if (!busy) {
      int64_t next = INT64_MAX;
      for (int i = 0; i < 2; i++)
        if (ways[i].head != ways[i].tail && ways[i].ring[ways[i].head % SLOTS].due < next)
          next = ways[i].ring[ways[i].head % SLOTS].due;
      int64_t left = next == INT64_MAX ? 1000000000LL : next - now_ns();
      if (left < 0) left = 0;
      wait = (struct timespec){.tv_sec = left / 1000000000LL, .tv_nsec = left % 1000000000LL};
    }
    struct pollfd files[3] = {{0, POLLIN, 0}, {near, POLLIN, 0}, {far, POLLIN, 0}};
    if (ppoll(files, 3, &wait, 0) < 0 && errno != EINTR) die("ppoll");
    if (files[0].revents) obey();
  }
}
