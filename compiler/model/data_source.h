#pragma once
// Where numbers from files come from. The model stage says what it needs; whoever drives the compiler reads the files.
//
// Goes in: a path. Comes out: numbers, or a failure in words for the user: fact and help, as in a diagnostic.
//
// Example: `dataset iris = csv("iris.csv", x = 1..4)` asks table(path), then numbers(path, 1, 4).

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace nphys::model {

struct DataFailure {
    std::string message, help;
}; // "`iris.csv`, line 3, column 2: `n/a` is not a number"

template <class T>
using DataResult = std::variant<T, DataFailure>;

struct TableShape {
    std::int64_t rows = 0, columns = 0;
    std::vector<std::string> names;
}; // names: of the columns, if the file has them

// Weights by rows: the edge from j to i stands in row i, column j; both count from 0 here.
struct EdgeTable {
    std::int64_t nodes = 0;
    std::vector<std::int64_t> row_begin, column;
    std::vector<double> weights;
};

enum class DataFormat : std::uint8_t { csv, npy, idx, hdf5 };

// Of an HDF5 file the path goes on inside: `digits.h5/train/images`.
struct DataFile {
    std::filesystem::path path;
    DataFormat format = DataFormat::csv;
};

class DataSource {
public:
    virtual ~DataSource() = default;
    [[nodiscard]] virtual DataResult<TableShape> table(const DataFile& file) = 0;
    // The columns first..last (from 1) of all rows, row by row.
    [[nodiscard]] virtual DataResult<std::vector<double>> numbers(const DataFile& file, std::int64_t first,
                                                                  std::int64_t last) = 0;
    // A column of labels, numbered from 1.
    [[nodiscard]] virtual DataResult<std::vector<double>> labels(const DataFile& file, std::int64_t column) = 0;
    [[nodiscard]] virtual DataResult<EdgeTable> edges(const std::filesystem::path& path) = 0;
};

} // namespace nphys::model
