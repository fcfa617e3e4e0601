#include "server/http/processors.h"

#include <algorithm>
#include <fstream>
#include <thread>

#include <sched.h>

namespace lodestone::http {
namespace {

unsigned processors_of_affinity() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return static_cast<unsigned>(CPU_COUNT(&allowed));
  return std::thread::hardware_concurrency();  // more processors than fit a cpu_set_t
}

}  // namespace

unsigned available_processors() {
  unsigned count = std::max(1U, processors_of_affinity());
  // Microseconds of processor time in each period; "max" is no number, and no limit.
  unsigned long quota = 0;
  unsigned long period = 0;
  if (std::ifstream("/sys/fs/cgroup/cpu.max") >> quota >> period && period != 0) {
    count = std::min(count, static_cast<unsigned>(std::max(1UL, (quota + period - 1) / period)));
  }
  return count;
}

}  // namespace lodestone::http
