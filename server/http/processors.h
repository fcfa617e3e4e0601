/// How many processors this process may use.
#pragma once

namespace lodestone::http {

/// Those that its affinity allows (taskset, a container's cpuset), and no more than its control group's quota
/// of processor time is worth (a container's --cpus), at least one. std::thread::hardware_concurrency()
/// counts the machine's. Source: https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
[[nodiscard]] unsigned available_processors();

}  // namespace lodestone::http
