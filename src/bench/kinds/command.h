// The subcommand `kinds`.
#pragma once

#include <CLI/CLI.hpp>

namespace vx::bench {

void add_kinds(CLI::App& app);

}  // namespace vx::bench
