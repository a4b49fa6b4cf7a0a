// vectorext_bench: measures nearest-neighbour search in PostgreSQL. README.md beside this file
// tells how to use it.
#include "bench/commands.h"

#include <cstdio>

int main(int argc, char** argv) {
    CLI::App app("Measures nearest-neighbour search in PostgreSQL: recall against exact answers, "
                 "queries per second, latency.",
                 "vectorext_bench");
    try {
        vx::bench::add_commands(app);
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "vectorext_bench: %s\n", error.what());
        return 1;
    }
}
