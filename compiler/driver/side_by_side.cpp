#include "compiler/driver/side_by_side.h"

#include <algorithm>
#include <iterator>

#include "runtime/output/fields.h"

namespace nphys::driver {
namespace {

namespace fs = std::filesystem;
using runtime::FieldsReader;
using runtime::Series;
using runtime::Status;
using runtime::StoredField;

// For each time that all have, the places in their lists.
std::vector<std::vector<std::size_t>> in_common(const std::vector<std::vector<double>>& times) {
    std::vector<std::vector<std::size_t>> rows;
    for (std::size_t first = 0; first < times.front().size(); ++first) rows.push_back({first});
    for (std::size_t list = 1; list < times.size(); ++list) {
        std::vector<std::vector<std::size_t>> kept;
        const auto pairs = common_times(times.front(), times[list]);
        for (std::vector<std::size_t>& row : rows) {
            const auto found = std::ranges::find(pairs, row.front(), &std::pair<std::size_t, std::size_t>::first);
            if (found == pairs.end()) continue;
            row.push_back(found->second);
            kept.push_back(std::move(row));
        }
        rows = std::move(kept);
    }
    return rows;
}

struct Column { std::string name; std::size_t level, place; };

// Observables in the order in which the levels name them, each with its levels beside each other.
std::vector<Column> columns_of(const std::vector<Series>& all, const std::vector<Side>& levels) {
    std::vector<std::string> names;
    for (const Series& series : all)
        for (const std::string& name : series.observables)
            if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    const auto is_error = [&](const std::string& name) { return std::ranges::any_of(names, [&](const std::string& other) { return runtime::name_of_error(other) == name; }); };
    std::vector<Column> columns;
    for (const std::string& name : names) {
        if (is_error(name)) continue;
        for (std::size_t level = 0; level < levels.size(); ++level) {
            const std::string here = name_at_level(name, levels[level].label);
            const auto& known = all[level].observables;
            const auto place_of = [&](const std::string& wanted) { return static_cast<std::size_t>(std::ranges::find(known, wanted) - known.begin()); };
            if (const std::size_t place = place_of(name); place < known.size()) columns.push_back({here, level, place});
            if (const std::size_t place = place_of(runtime::name_of_error(name)); place < known.size())
                columns.push_back({runtime::name_of_error(here), level, place});
        }
    }
    return columns;
}

std::vector<Side> that_have(const std::vector<Side>& levels, const char* file) {
    std::vector<Side> found;
    std::ranges::copy_if(levels, std::back_inserter(found), [&](const Side& level) { return fs::exists(level.folder / file); });
    return found;
}

Status join_series(const fs::path& folder, const std::vector<Side>& levels) {
    std::vector<Series> all;
    std::vector<std::vector<double>> times;
    for (const Side& level : levels) {
        auto series = runtime::read_series(level.folder / "series.csv");
        if (!series) return tl::unexpected(series.error());
        times.push_back(series->t);
        all.push_back(std::move(*series));
    }
    const std::vector<Column> columns = columns_of(all, levels);
    std::vector<std::string> names;
    for (const Column& column : columns) names.push_back(column.name);
    auto writer = runtime::SeriesWriter::create(folder / "series.csv", names);
    if (!writer) return tl::unexpected(writer.error());
    for (const std::vector<std::size_t>& row : in_common(times)) {
        std::vector<double> values;
        for (const Column& column : columns) values.push_back(all[column.level].values[column.place][row[column.level]]);
        const auto step = static_cast<std::int64_t>(all.front().step[row.front()]);
        if (const Status written = writer->append(step, times.front()[row.front()], values); !written) return written;
    }
    return writer->flush();
}

struct FieldOfLevel {
    std::size_t level;
    const FieldsReader* reader;
    const StoredField* field;
};

runtime::FieldLayout layout_at_level(const FieldOfLevel& of, const std::string& level) {
    const StoredField& field = *of.field;
    runtime::FieldLayout layout;
    layout.name = name_at_level(field.name, level);
    layout.space = field.space;
    std::size_t axis = 1;
    layout.copied = axis < field.axes.size() && field.axes[axis] == "copy";
    axis += layout.copied ? 1 : 0;
    const auto space = std::ranges::find(of.reader->spaces(), field.space, &runtime::Space::name);
    if (space != of.reader->spaces().end()) axis += space->axes.size();
    layout.range_names.assign(field.axes.begin() + static_cast<std::ptrdiff_t>(axis), field.axes.end());
    layout.range_extents.assign(field.extents.begin() + static_cast<std::ptrdiff_t>(axis), field.extents.end());
    return layout;
}

// Of an array in row-major order; the axis of copies has a stride, if it is of no copies too.
std::vector<std::int64_t> strides_of(const StoredField& field) {
    std::vector<std::int64_t> strides(field.extents.size() - 1);
    std::int64_t stride = 1;
    for (std::size_t axis = strides.size(); axis-- > 0; stride *= field.extents[axis + 1]) strides[axis] = stride;
    return strides;
}

class FieldsJoiner {
public:
    explicit FieldsJoiner(std::vector<Side> levels) : levels_(std::move(levels)) {}

    Status run(const fs::path& folder) {
        for (const Side& level : levels_) {
            auto reader = FieldsReader::open(level.folder / "fields.h5");
            if (!reader) return tl::unexpected(reader.error());
            readers_.push_back(std::move(*reader));
        }
        look();
        auto writer = runtime::FieldsWriter::create(folder, spaces_, layouts_, {.copies = copies_});
        if (!writer) return tl::unexpected(writer.error());
        for (const std::vector<std::size_t>& row : in_common(times_))
            if (const Status saved = save(*writer, row); !saved) return saved;
        return {};
    }

private:
    void look() {
        for (std::size_t level = 0; level < readers_.size(); ++level) {
            times_.push_back(readers_[level].times());
            for (const runtime::Space& space : readers_[level].spaces())
                if (std::ranges::find(spaces_, space.name, &runtime::Space::name) == spaces_.end()) spaces_.push_back(space);
            for (const StoredField& field : readers_[level].fields()) {
                fields_.push_back({level, &readers_[level], &field});
                layouts_.push_back(layout_at_level(fields_.back(), levels_[level].label));
                if (layouts_.back().copied) copies_ = field.extents[1];
            }
        }
    }

    Status save(runtime::FieldsWriter& writer, const std::vector<std::size_t>& row) {
        std::vector<std::vector<double>> values;
        std::vector<runtime::FieldView> views;
        for (const FieldOfLevel& of : fields_) {
            auto read = of.reader->read(*of.field, static_cast<std::int64_t>(row[of.level]));
            if (!read) return tl::unexpected(read.error());
            values.push_back(std::move(*read));
            views.push_back({values.back().data(), strides_of(*of.field)});
        }
        return writer.save(readers_.front().steps()[row.front()], times_.front()[row.front()], views);
    }

    std::vector<Side> levels_;
    std::vector<FieldsReader> readers_;
    std::vector<std::vector<double>> times_;
    std::vector<runtime::Space> spaces_;
    std::vector<FieldOfLevel> fields_;
    std::vector<runtime::FieldLayout> layouts_;
    std::int64_t copies_ = 1;
};

} // namespace

std::string name_at_level(const std::string& name, const std::string& level) {
    if (name.ends_with(']')) return name.substr(0, name.size() - 1) + "," + level + "]";
    return name + "[" + level + "]";
}

Status put_side_by_side(const fs::path& folder, const std::vector<Side>& levels) {
    const std::vector<Side> recorded = that_have(levels, "series.csv"), saved = that_have(levels, "fields.h5");
    if (!recorded.empty())
        if (const Status joined = join_series(folder, recorded); !joined) return joined;
    return saved.empty() ? Status{} : FieldsJoiner(saved).run(folder);
}

} // namespace nphys::driver
