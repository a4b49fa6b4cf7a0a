// The subcommands of vectorext_bench: their options, and what runs when one is named.
#pragma once

#include <CLI/CLI.hpp>

namespace vx::bench {

/// Adds all subcommands; parsing then runs the one that was named. What fails throws
/// std::exception with a message for the user.
void add_commands(CLI::App& app);

}  // namespace vx::bench
