#pragma once
// How the runtime tells that something outside our power went wrong: a value, never an exception.
//
// In: what was attempted. Out: the result, or an Error whose message names the file or matrix and the reason
// (lower case, no full stop), with a help where there is something to do about it. Afterwards: nothing has leaked.
//
//     Result<Table> table = read_csv("iris.csv");
//     if (!table) report(table.error().message);      // cannot read `iris.csv`: no such file or directory

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace nphys::runtime {

enum class ErrorKind {
    file,        // a file or folder cannot be read or written
    format,      // a file was read, but its content is not what it should be
    memory,      // would not fit in memory
    program,     // a program (gnuplot) is missing or failed
    mathematics, // a singular matrix, a function that does not exist there
};

struct Error {
    ErrorKind kind = ErrorKind::file;
    std::string message;
    std::string help;        // may be empty
    std::int64_t line = 0;   // of the data file, counted from 1; 0 where that says nothing
    std::int64_t column = 0; // of the table, counted from 1; 0 where that says nothing
};

template <class Value>
using Result = tl::expected<Value, Error>;
using Status = tl::expected<void, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorKind kind, std::string message, std::string help = {}) {
    return tl::unexpected<Error>(Error{kind, std::move(message), std::move(help)});
}

// `cannot write `runs/a/series.csv`: no space left on device`, from an errno.
[[nodiscard]] tl::unexpected<Error> file_failure(std::string_view verb, std::string_view path, int error_number);

} // namespace nphys::runtime
