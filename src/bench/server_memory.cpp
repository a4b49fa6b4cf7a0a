#include "bench/server_memory.h"

#include <fstream>
#include <set>
#include <string>
#include <sys/stat.h>

namespace vx::bench {

namespace {

std::string in_proc(int pid, const char* file) {
    return "/proc/" + std::to_string(pid) + "/" + file;
}

/// Pages that are this process's alone: RssAnon, in kB.
double own_bytes(int pid) {
    std::ifstream status(in_proc(pid, "status"));
    const std::string name = "RssAnon:";
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name)) return std::stod(line.substr(name.size())) * 1024;
    return 0;
}

/// Adds the segments that the process has mapped.
void add_segments(int pid, std::set<std::string>& segments) {
    std::ifstream maps(in_proc(pid, "maps"));
    for (std::string line; std::getline(maps, line);) {
        const std::size_t at = line.find("/dev/shm/PostgreSQL.");
        if (at == std::string::npos) continue;
        segments.insert(line.substr(at, line.find(' ', at) - at));
    }
}

/// What a segment takes, used or only set aside.
double segment_bytes(const std::string& path) {
    constexpr double kBlockBytes = 512;  // of st_blocks, everywhere
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 ? double(found.st_blocks) * kBlockBytes : 0;
}

}  // namespace

double memory_of_processes(const std::vector<int>& pids) {
    double bytes = 0;
    std::set<std::string> segments;
    for (const int pid : pids) {
        bytes += own_bytes(pid);
        add_segments(pid, segments);
    }
    for (const auto& segment : segments) bytes += segment_bytes(segment);
    return bytes;
}

}  // namespace vx::bench
