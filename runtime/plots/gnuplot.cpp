#include "runtime/plots/gnuplot.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/output/run_folder.h"
#include "runtime/plots/picture.h"

namespace nphys::runtime {
namespace plots {
namespace {

namespace fs = std::filesystem;

struct FileActions {
    posix_spawn_file_actions_t actions{};
    FileActions() { posix_spawn_file_actions_init(&actions); }
    ~FileActions() { posix_spawn_file_actions_destroy(&actions); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
};

// The program's status, or minus the errno that kept it from starting.
int run_gnuplot(std::vector<std::string> arguments, const std::string& messages) {
    FileActions files;
    posix_spawn_file_actions_addopen(&files.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files.actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files.actions, STDERR_FILENO, messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    std::vector<char*> pointers;
    for (std::string& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    pid_t process = 0;
    if (const int problem = posix_spawnp(&process, "gnuplot", &files.actions, nullptr, pointers.data(), environ);
        problem != 0)
        return -problem;
    int status = 0;
    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            return -errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

tl::unexpected<Error> cannot_start(int problem) {
    if (problem == ENOENT)
        return failure(ErrorKind::program, "gnuplot, which draws the pictures, is not installed",
                       "install it, on Debian and Ubuntu with `apt-get install gnuplot-nox`");
    return failure(ErrorKind::program, file_failure("start", "gnuplot", problem).value().message);
}

// gnuplot shows the offending line and a caret, and then says what is wrong, with the number of the line of its script.
std::string last_line(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    const std::size_t start = text.rfind('\n');
    return start == std::string::npos ? text : text.substr(start + 1);
}

} // namespace

std::string literal(std::string_view text) {
    std::string result = "'";
    for (const char c : text) {
        if (c == '\'')
            result += '\'';
        result += c == '\n' || c == '\r' ? ' ' : c;
    }
    result += '\'';
    return result;
}

Gnuplot::Gnuplot(fs::path picture) : picture_(std::move(picture)) {
    std::error_code error;
    const fs::path place = fs::temp_directory_path(error);
    std::string pattern = ((error ? fs::path("/tmp") : place) / "nphys-plot-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
        status_ = file_failure("make the folder", pattern, errno);
    else
        folder_ = pattern;
}

Gnuplot::~Gnuplot() {
    std::error_code ignored;
    if (!folder_.empty())
        fs::remove_all(folder_, ignored);
}

fs::path Gnuplot::add_file(const void* data, std::size_t bytes) {
    const fs::path path = folder_ / fmt::format("data{}", files_++);
    if (status_)
        status_ = write_text(path, {static_cast<const char*>(data), bytes});
    return path;
}

std::string Gnuplot::add_columns(const std::vector<const std::vector<double>*>& columns) {
    const std::size_t rows = columns.front()->size();
    std::vector<double> records;
    records.reserve(rows * columns.size());
    for (std::size_t row = 0; row < rows; ++row)
        for (const std::vector<double>* column : columns)
            records.push_back((*column)[row]);
    std::string format;
    for (std::size_t column = 0; column < columns.size(); ++column)
        format += "%float64";
    return fmt::format("{} binary record={} format='{}'",
                       literal(add_file(records.data(), records.size() * sizeof(double)).string()), rows, format);
}

std::string Gnuplot::add_matrix(const std::vector<float>& values, std::int64_t columns, std::int64_t rows) {
    return fmt::format("{} binary array=({},{}) format='%float32'",
                       literal(add_file(values.data(), values.size() * sizeof(float)).string()), columns, rows);
}

Status Gnuplot::draw() {
    if (!status_)
        return status_;
    const std::string drawn = (folder_ / "picture").string();
    const std::string messages = (folder_ / "messages").string();
    const std::string script_file = (folder_ / "script").string();
    if (Status written = write_text(script_file, fmt::format("set output {}\n{}", literal(drawn), script)); !written)
        return written;
    const int status = run_gnuplot({"gnuplot", "-d", script_file}, messages);
    if (status < 0)
        return cannot_start(-status);
    if (status != 0)
        return failure(ErrorKind::program, fmt::format("gnuplot could not draw `{}`: {}", picture_.string(),
                                                       last_line(read_text(messages).value_or("it gave no reason"))));
    const Result<std::string> picture = read_text(drawn);
    if (!picture)
        return tl::unexpected(picture.error());
    std::error_code error;
    if (picture_.has_parent_path())
        fs::create_directories(picture_.parent_path(), error);
    return write_text(picture_, *picture);
}

} // namespace plots

Status can_draw() {
    const int status = plots::run_gnuplot({"gnuplot", "--version"}, "/dev/null");
    if (status < 0)
        return plots::cannot_start(-status);
    if (status != 0)
        return failure(ErrorKind::program, "gnuplot is installed but does not run");
    return {};
}

} // namespace nphys::runtime
