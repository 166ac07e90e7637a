#include "compiler/driver/data_source.h"

#include <map>

#include "runtime/data/graph.h"
#include "runtime/data/npy.h"
#include "runtime/data/table.h"

namespace nphys::driver {
namespace {

namespace fs = std::filesystem;
using model::DataFailure;
using model::DataResult;

DataFailure failure_of(const runtime::Error& error) { return {error.message, error.help}; }

// A matrix from an .npy file behaves as a table without names.
class Files : public model::DataSource {
public:
    DataResult<model::TableShape> table(const fs::path& path) override {
        if (path.extension() == ".npy") {
            const auto& array = numpy(path);
            if (!array) return failure_of(array.error());
            return model::TableShape{rows(*array), columns(*array), {}};
        }
        const auto& table = csv(path);
        if (!table) return failure_of(table.error());
        return model::TableShape{table->rows, table->columns, table->names};
    }

    DataResult<std::vector<double>> numbers(const fs::path& path, std::int64_t first, std::int64_t last) override {
        if (path.extension() == ".npy") return numpy_columns(path, first, last);
        const auto& table = csv(path);
        if (!table) return failure_of(table.error());
        auto values = runtime::numbers(*table, first, last);
        if (!values) return failure_of(values.error());
        return std::move(*values);
    }

    DataResult<std::vector<double>> labels(const fs::path& path, std::int64_t column) override {
        const auto& table = csv(path);
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
    static std::int64_t rows(const runtime::NumpyArray& array) { return array.shape.empty() ? 1 : array.shape.front(); }
    static std::int64_t columns(const runtime::NumpyArray& array) {
        return rows(array) == 0 ? 0 : static_cast<std::int64_t>(array.values.size()) / rows(array);
    }
    DataResult<std::vector<double>> numpy_columns(const fs::path& path, std::int64_t first, std::int64_t last) {
        const auto& array = numpy(path);
        if (!array) return failure_of(array.error());
        std::vector<double> values;
        for (std::int64_t row = 0; row < rows(*array); ++row)
            for (std::int64_t column = first; column <= last; ++column)
                values.push_back(array->values[static_cast<std::size_t>(row * columns(*array) + column - 1)]);
        return values;
    }
    const runtime::Result<runtime::Table>& csv(const fs::path& path) {
        const auto known = tables_.find(path);
        return known != tables_.end() ? known->second : tables_.emplace(path, runtime::read_csv(path)).first->second;
    }
    const runtime::Result<runtime::NumpyArray>& numpy(const fs::path& path) {
        const auto known = arrays_.find(path);
        return known != arrays_.end() ? known->second : arrays_.emplace(path, runtime::read_npy(path)).first->second;
    }

    std::map<fs::path, runtime::Result<runtime::Table>> tables_;
    std::map<fs::path, runtime::Result<runtime::NumpyArray>> arrays_;
};

} // namespace

std::unique_ptr<model::DataSource> make_data_source() { return std::make_unique<Files>(); }

} // namespace nphys::driver
