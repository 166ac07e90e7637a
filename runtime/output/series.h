#pragma once
// series.csv: the observables over time.
//
// In: the names of the observables, then one row for each record. Out: a file with the columns step, t and these.
// Holds: every number reads back as the same double; what was appended before a crash of the process is in the file up
// to the last flush().
//
//     Result<SeriesWriter> series = SeriesWriter::create(folder / "series.csv", {"energy", "trait[1]"});
//     series->append(10, 1.0, std::array{0.5, 0.25});

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/result.h"

namespace nphys::runtime {

class SeriesWriter {
public:
    [[nodiscard]] static Result<SeriesWriter> create(const std::filesystem::path& path,
                                                     const std::vector<std::string>& observables);
    // Goes on after `last_step`: later rows are dropped, for they will be made again.
    [[nodiscard]] static Result<SeriesWriter>
    resume(const std::filesystem::path& path, const std::vector<std::string>& observables, std::int64_t last_step);

    [[nodiscard]] Status append(std::int64_t step, double t, std::span<const double> values);
    [[nodiscard]] Status flush();

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    SeriesWriter(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}
    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
    std::string row_;
};

// The column of the standard error of an observable over the copies of an ensemble: `left_stderr`, `trait_stderr[1]`.
[[nodiscard]] std::string name_of_error(const std::string& observable);

struct Series {
    std::vector<std::string> observables;
    std::vector<double> step;
    std::vector<double> t;
    std::vector<std::vector<double>> values; // one list for each observable
};
[[nodiscard]] Result<Series> read_series(const std::filesystem::path& path);

} // namespace nphys::runtime
