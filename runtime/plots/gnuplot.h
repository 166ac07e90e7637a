#pragma once
// Runs gnuplot on a script. Included by plots/*.cpp only.
//
// In: a script that writes to `output`, and binary data that it reads. Out: the picture at its place, whole or not at
// all, or an Error with what gnuplot said. Holds: the user's own gnuplot settings play no part; no shell is involved.
//
//     Gnuplot job("a.png");  job.script += fmt::format("plot {} with lines", job.add_columns({x, y}));  job.draw();

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/result.h"

namespace nphys::runtime::plots {

class Gnuplot {
public:
    explicit Gnuplot(std::filesystem::path picture);
    ~Gnuplot();
    Gnuplot(const Gnuplot&) = delete;
    Gnuplot& operator=(const Gnuplot&) = delete;

    // The data file and its format, ready to stand after `plot`.
    [[nodiscard]] std::string add_columns(const std::vector<const std::vector<double>*>& columns);
    [[nodiscard]] std::string add_matrix(const std::vector<float>& values, std::int64_t columns, std::int64_t rows);

    [[nodiscard]] Status draw();

    std::string script;

private:
    [[nodiscard]] std::filesystem::path add_file(const void* data, std::size_t bytes);
    std::filesystem::path picture_;
    std::filesystem::path folder_; // of our own, for data, script and messages
    Status status_;
    int files_ = 0;
};

// As gnuplot takes it literally: no markup, no command in backquotes, one line.
[[nodiscard]] std::string literal(std::string_view text);

} // namespace nphys::runtime::plots
