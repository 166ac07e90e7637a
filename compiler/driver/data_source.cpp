#include "compiler/driver/data_source.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "runtime/data/graph.h"
#include "runtime/data/idx.h"
#include "runtime/data/npy.h"
#include "runtime/data/table.h"
#include "runtime/output/hdf5_array.h"

namespace nphys::driver {
namespace {

namespace fs = std::filesystem;
using model::DataFailure;
using model::DataFile;
using model::DataFormat;
using model::DataResult;

DataFailure failure_of(const runtime::Error& error) { return {error.message, error.help}; }

// An array behaves as a table without names: its first axis are the rows, all others the columns.
class Files : public model::DataSource {
public:
    DataResult<model::TableShape> table(const DataFile& file) override {
        if (file.format != DataFormat::csv) {
            const auto& known = array(file);
            if (!known) return failure_of(known.error());
            return model::TableShape{rows(*known), columns(*known), {}};
        }
        const auto& table = csv(file.path);
        if (!table) return failure_of(table.error());
        return model::TableShape{table->rows, table->columns, table->names};
    }

    DataResult<std::vector<double>> numbers(const DataFile& file, std::int64_t first, std::int64_t last) override {
        if (file.format != DataFormat::csv) return columns_of(file, first, last);
        const auto& table = csv(file.path);
        if (!table) return failure_of(table.error());
        auto values = runtime::numbers(*table, first, last);
        if (!values) return failure_of(values.error());
        return std::move(*values);
    }

    DataResult<std::vector<double>> labels(const DataFile& file, std::int64_t column) override {
        if (file.format != DataFormat::csv) return numbered(columns_of(file, column, column));
        const auto& table = csv(file.path);
        if (!table) return failure_of(table.error());
        const auto classes = runtime::classes(*table, column);
        if (!classes) return failure_of(classes.error());
        return std::vector<double>(classes->labels.begin(), classes->labels.end());
    }

    DataResult<model::EdgeTable> edges(const fs::path& path) override {
        auto graph = runtime::read_edges(path);
        if (!graph) return failure_of(graph.error());
        return model::EdgeTable{graph->nodes, std::move(graph->row_starts), std::move(graph->columns), std::move(graph->weights)};
    }

private:
    static std::int64_t rows(const runtime::Array& array) { return array.shape.empty() ? 1 : array.shape.front(); }
    static std::int64_t columns(const runtime::Array& array) {
        return rows(array) == 0 ? 0 : static_cast<std::int64_t>(array.values.size()) / rows(array);
    }

    DataResult<std::vector<double>> columns_of(const DataFile& file, std::int64_t first, std::int64_t last) {
        const auto& known = array(file);
        if (!known) return failure_of(known.error());
        std::vector<double> values;
        for (std::int64_t row = 0; row < rows(*known); ++row)
            for (std::int64_t column = first; column <= last; ++column) {
                const double value = known->values[static_cast<std::size_t>(row * columns(*known) + column - 1)];
                if (!std::isfinite(value))
                    return DataFailure{fmt::format("`{}`, row {}, column {}: {} is not a finite number", file.path.string(), row + 1, column, value), ""};
                values.push_back(value);
            }
        return values;
    }

    // Labels count from 1 in the order of the numbers that occur.
    static DataResult<std::vector<double>> numbered(DataResult<std::vector<double>> column) {
        auto* values = std::get_if<std::vector<double>>(&column);
        if (values == nullptr) return column;
        std::vector<double> known = *values;
        std::ranges::sort(known);
        known.erase(std::unique(known.begin(), known.end()), known.end());
        for (double& value : *values) value = static_cast<double>(std::ranges::lower_bound(known, value) - known.begin() + 1);
        return column;
    }

    const runtime::Result<runtime::Table>& csv(const fs::path& path) {
        const auto known = tables_.find(path);
        return known != tables_.end() ? known->second : tables_.emplace(path, runtime::read_csv(path)).first->second;
    }
    const runtime::Result<runtime::Array>& array(const DataFile& file) {
        const auto known = arrays_.find(file.path);
        return known != arrays_.end() ? known->second : arrays_.emplace(file.path, read(file)).first->second;
    }

    static runtime::Result<runtime::Array> read(const DataFile& file) {
        if (file.format == DataFormat::npy) return runtime::read_npy(file.path);
        if (file.format == DataFormat::idx) return runtime::read_idx(file.path);
        // The part of the path that is a file, and the rest, which is a place in it.
        fs::path outside;
        for (auto part = file.path.begin(); part != file.path.end(); ++part) {
            outside /= *part;
            if (!fs::is_regular_file(outside)) continue;
            fs::path inside;
            for (++part; part != file.path.end(); ++part) inside /= *part;
            return runtime::read_hdf5(outside, inside.generic_string());
        }
        return runtime::read_hdf5(file.path, "");
    }

    std::map<fs::path, runtime::Result<runtime::Table>> tables_;
    std::map<fs::path, runtime::Result<runtime::Array>> arrays_;
};

} // namespace

std::unique_ptr<model::DataSource> make_data_source() { return std::make_unique<Files>(); }

} // namespace nphys::driver
