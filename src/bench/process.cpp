#include "bench/process.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace vx::bench {

namespace {

constexpr int kCannotRun = 127;  // the shells' convention

[[noreturn]] void become(const std::vector<std::string>& command,
                         const std::filesystem::path& directory,
                         const std::filesystem::path& output) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    const char* target = output.empty() ? "/dev/null" : output.c_str();
    const int out = ::open(target, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (out < 0 || ::dup2(out, STDOUT_FILENO) < 0) ::_exit(kCannotRun);
    if (::chdir(directory.c_str()) != 0) ::_exit(kCannotRun);
    ::execvp(arguments.front(), arguments.data());
    ::_exit(kCannotRun);
}

}  // namespace

void run_program(const std::vector<std::string>& command, const std::filesystem::path& directory,
                 const std::filesystem::path& output) {
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
    if (child == 0) become(command, directory, output);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) throw std::runtime_error(std::strerror(errno));
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    if (WIFEXITED(status) && WEXITSTATUS(status) == kCannotRun) {
        throw std::runtime_error("could not run \"" + command.front() + "\": is it installed?");
    }
    std::string line;
    for (const auto& argument : command) line += (line.empty() ? "" : " ") + argument;
    throw std::runtime_error("\"" + line + "\" failed");
}

}  // namespace vx::bench
