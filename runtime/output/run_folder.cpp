#include "runtime/output/run_folder.h"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <ctime>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace nphys::runtime {
namespace {

namespace fs = std::filesystem;

Status make_parents(const fs::path& folder) {
    std::error_code error;
    if (!folder.empty())
        fs::create_directories(folder, error);
    if (error)
        return file_failure("make the folder", folder.string(), error.value());
    return {};
}

bool is_empty_folder(const fs::path& folder) {
    std::error_code error;
    return fs::is_directory(folder, error) && fs::is_empty(folder, error) && !error;
}

Result<fs::path> wanted_folder(const fs::path& folder) {
    if (Status parents = make_parents(folder.parent_path()); !parents)
        return tl::unexpected(parents.error());
    if (mkdir(folder.c_str(), 0777) == 0 || (errno == EEXIST && is_empty_folder(folder)))
        return folder;
    if (errno != EEXIST)
        return file_failure("make the folder", folder.string(), errno);
    return failure(ErrorKind::file, fmt::format("`{}` is there already, and is never overwritten", folder.string()),
                   "name another folder with `-o`, or go on with its run by `--resume`");
}

std::string utc(const char* form) {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::string text(32, '\0');
    text.resize(std::strftime(text.data(), text.size(), form, &parts));
    return text;
}

Status write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(file, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return file_failure("write", {}, errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",;\"\n#\t") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    quoted += '"';
    return quoted;
}

std::string csv_row(const std::vector<std::string>& cells) {
    std::string row;
    for (std::size_t place = 0; place < cells.size(); ++place)
        row += fmt::format("{}{}", place > 0 ? "," : "", csv_cell(cells[place]));
    row += '\n';
    return row;
}

} // namespace

std::string utc_time() {
    return utc("%Y-%m-%dT%H:%M:%SZ");
}

Result<fs::path> create_run_folder(std::string_view model, const std::optional<fs::path>& wanted) {
    if (wanted)
        return wanted_folder(wanted->has_filename() ? *wanted : wanted->parent_path());
    const fs::path runs = "runs";
    if (Status made = make_parents(runs); !made)
        return tl::unexpected(made.error());
    const std::string name = fmt::format("{}-{}", model, utc("%Y-%m-%dT%H-%M-%SZ"));
    // Two runs may begin in the same second; whoever makes the folder has it.
    for (int number = 1;; ++number) {
        const fs::path folder = runs / (number == 1 ? name : fmt::format("{}-{}", name, number));
        if (mkdir(folder.c_str(), 0777) == 0)
            return folder;
        if (errno != EEXIST)
            return file_failure("make the folder", folder.string(), errno);
    }
}

Result<fs::path> create_numbered_folder(const fs::path& sweep, std::int64_t number) {
    return wanted_folder(sweep / fmt::format("{:04}", number));
}

Status write_text(const fs::path& path, std::string_view text) {
    const std::string beside = path.string() + ".part";
    const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0)
        return file_failure("write", path.string(), errno);
    const bool written = write_all(file, text).has_value();
    int problem = written ? 0 : errno;
    if (close(file) != 0 && problem == 0)
        problem = errno;
    if (problem == 0 && rename(beside.c_str(), path.c_str()) != 0)
        problem = errno;
    if (problem == 0)
        return {};
    unlink(beside.c_str());
    return file_failure("write", path.string(), problem);
}

Result<std::string> read_text(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error))
        return file_failure("read", path.string(), EISDIR);
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text;
    if (file)
        text.assign(std::istreambuf_iterator<char>(file), {});
    if (!file)
        return file_failure("read", path.string(), errno != 0 ? errno : EIO);
    return text;
}

std::string number_text(double value) {
    if (std::isnan(value))
        return "nan";
    std::string text(32, '\0');
    text.resize(
        static_cast<std::size_t>(std::to_chars(text.data(), text.data() + text.size(), value).ptr - text.data()));
    return text;
}

Status write_table(const fs::path& path, const std::vector<std::string>& columns,
                   const std::vector<std::vector<std::string>>& rows) {
    std::string text = csv_row(columns);
    for (const std::vector<std::string>& row : rows)
        text += csv_row(row);
    return write_text(path, text);
}

} // namespace nphys::runtime
