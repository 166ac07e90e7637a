#include "tests/cli/command.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

struct Pipe {
    std::array<int, 2> ends{-1, -1};
    Pipe() {
        if (pipe2(ends.data(), O_CLOEXEC) != 0)
            std::abort();
    }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void close_end(std::size_t end) {
        if (ends[end] >= 0)
            close(ends[end]);
        ends[end] = -1;
    }
};

[[noreturn]] void become(const Words& words, const fs::path& in, const Pipe& out, const Pipe& err) {
    std::vector<char*> pointers;
    for (const std::string& word : words)
        pointers.push_back(const_cast<char*>(word.c_str())); // execvp does not write to them
    pointers.push_back(nullptr);
    const int nothing = open("/dev/null", O_RDONLY);
    const bool ready = nothing >= 0 && dup2(nothing, 0) == 0 && dup2(out.ends[1], 1) == 1 && dup2(err.ends[1], 2) == 2;
    if (ready && chdir(in.c_str()) == 0)
        execvp(pointers[0], pointers.data());
    _exit(127);
}

// Both pipes to their ends, whichever has something first.
void read_both(Pipe& out, Pipe& err, Ran& ran) {
    std::array<pollfd, 2> waiting{pollfd{out.ends[0], POLLIN, 0}, pollfd{err.ends[0], POLLIN, 0}};
    std::array<std::string*, 2> texts{&ran.out, &ran.err};
    while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
        if (poll(waiting.data(), waiting.size(), -1) < 0)
            continue;
        for (std::size_t n = 0; n < waiting.size(); ++n) {
            if (waiting[n].fd < 0 || waiting[n].revents == 0)
                continue;
            std::array<char, 4096> buffer{};
            const ssize_t size = read(waiting[n].fd, buffer.data(), buffer.size());
            if (size > 0)
                texts[n]->append(buffer.data(), static_cast<std::size_t>(size));
            else
                waiting[n].fd = -1;
        }
    }
}

} // namespace

Ran run_command(const Words& words, const fs::path& in, const std::function<void(pid_t)>& meanwhile) {
    Ran ran;
    Pipe out;
    Pipe err;
    const auto begin = std::chrono::steady_clock::now();
    const pid_t process = fork();
    if (process == 0)
        become(words, in, out, err);
    out.close_end(1);
    err.close_end(1);
    if (meanwhile)
        meanwhile(process);
    read_both(out, err, ran);
    int status = 0;
    waitpid(process, &status, 0);
    ran.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ran;
}

Ran nphysc(Words words, const fs::path& in, const std::function<void(pid_t)>& meanwhile) {
    words.insert(words.begin(), NPHYSC);
    return run_command(words, in, meanwhile);
}

std::string read_text(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void write_text(const fs::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

fs::path example(const std::string& name) {
    return fs::path(NPHYS_EXAMPLES) / (name + ".nphys");
}

std::vector<fs::path> all_examples() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(NPHYS_EXAMPLES))
        if (entry.path().extension() == ".nphys")
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::string small_model(const std::string& run) {
    return "model small \"A ring\"\n"
           "use lattice\n"
           "param mass = 0.5 in 0..10\n"
           "lattice ring(x) = periodic(32) over 0..16\n"
           "index i in ring\n"
           "neuron φ[i]\n"
           "trainable π[i]\n"
           "loss H = -1/2*φ[i]*laplacian(φ)[i] + 1/2*mass^2*φ[i]^2\n"
           "activation φ[i] ← φ[i] + π[i]\n"
           "learning π descends H\n"
           "init φ = exp(-(x - 8)^2)\n"
           "observe energy = 1/2*π[i]^2 + H\n"
           "run { " +
           run + " }\n";
}

void Command::SetUp() {
    std::string pattern = (fs::path(testing::TempDir()) / "nphys-cli-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
}

void Command::TearDown() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

fs::path Command::model(const std::string& text, const std::string& name) const {
    write_text(folder_ / name, text);
    return folder_ / name;
}

} // namespace nphys::cli
