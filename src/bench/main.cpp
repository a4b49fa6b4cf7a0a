// vectorext_bench: measures nearest-neighbor search in PostgreSQL. README.md beside this file
// tells how to use it.
#include "bench/commands.h"

#include <cstdio>

namespace {

int run(int argc, char** argv) {
    CLI::App app("Measures nearest-neighbor search in PostgreSQL: recall against exact answers, "
                 "queries per second, latency.",
                 "vectorext_bench");
    vx::bench::add_commands(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 1;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "vectorext_bench: %s\n", error.what());
    } catch (...) {
        std::fputs("vectorext_bench: unknown error\n", stderr);
    }
    return 1;
}
