// Running the few outside programs the tool relies on: npm, tar, xz, gzip.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vx::bench {

/// Runs a program found by PATH in `directory` with its standard output sent to `output` (the
/// null device when empty) and waits for it. No shell is involved, so nothing needs quoting.
/// Throws std::runtime_error that names the program when it is missing or fails.
void run_program(const std::vector<std::string>& command, const std::filesystem::path& directory,
                 const std::filesystem::path& output = {});

}  // namespace vx::bench
