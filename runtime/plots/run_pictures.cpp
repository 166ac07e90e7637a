#include "runtime/plots/run_pictures.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "runtime/output/fields.h"
#include "runtime/output/run_record.h"
#include "runtime/output/series.h"
#include "runtime/plots/album.h"
#include "runtime/plots/picture.h"
#include "runtime/plots/slices.h"

namespace nphys::runtime {
namespace {

namespace fs = std::filesystem;
using plots::Album;

constexpr std::size_t most_panels = 6; // in one picture
constexpr std::size_t most_components = 8;
constexpr std::size_t saves_for_space_time = 8;

std::string base_of(const std::string& name) {
    const bool is_part = name.ends_with(".re") || name.ends_with(".im");
    return name.substr(0, std::min(name.find('['), is_part ? name.size() - 3 : name.size()));
}

const std::vector<double>* find_series(const Series& series, const std::string& name) {
    const auto found = std::ranges::find(series.observables, name);
    if (found == series.observables.end())
        return nullptr;
    return &series.values[static_cast<std::size_t>(found - series.observables.begin())];
}

// Observables that are recorded less often than others are NaN where they were not due: the line goes on past that.
Curve curve_of(const Series& series, const std::string& name, const std::vector<double>& values,
               const std::vector<double>* error) {
    Curve curve{name, {}, {}};
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (std::isnan(values[row]))
            continue;
        curve.x.push_back(series.t[row]);
        curve.y.push_back(values[row]);
        if (error != nullptr)
            curve.error.push_back((*error)[row]);
    }
    return curve;
}

bool is_error(const Series& series, const std::string& name) {
    return std::ranges::any_of(series.observables, [&](const std::string& other) { return name_of_error(other) == name; });
}

// One panel for each observable; `trait[1]`, `trait[2]` share one, and the parts of a complex one, and `left_stderr` is the band around `left`.
std::vector<Panel> panels_of(const Series& series) {
    std::vector<Panel> panels;
    std::map<std::string, std::size_t> panel_of;
    for (std::size_t number = 0; number < series.observables.size(); ++number) {
        const std::string& name = series.observables[number];
        if (is_error(series, name))
            continue;
        const std::string base = base_of(name);
        const auto [place, fresh] = panel_of.emplace(base, panels.size());
        if (fresh)
            panels.push_back({base, {}});
        Curve curve = curve_of(series, name == base ? "" : name, series.values[number],
                               find_series(series, name_of_error(name)));
        panels[place->second].curves.push_back(std::move(curve));
    }
    return panels;
}

Status draw_series(Album& album, const Series& series, const std::string& title) {
    const std::vector<Panel> panels = panels_of(series);
    if (panels.empty() || series.t.empty())
        return {};
    if (panels.size() == 1)
        return album.add("series", [&](const fs::path& file) {
            return draw_lines(file, {title, "t", panels[0].y_label}, panels[0].curves);
        });
    for (std::size_t first = 0; first < panels.size(); first += most_panels) {
        const std::vector<Panel> some(panels.begin() + static_cast<std::ptrdiff_t>(first),
                                      panels.begin() +
                                          static_cast<std::ptrdiff_t>(std::min(first + most_panels, panels.size())));
        const std::string name = first == 0 ? "series" : fmt::format("series-{}", first / most_panels + 1);
        if (Status drawn = album.add(name, [&](const fs::path& file) { return draw_panels(file, {title, "t"}, some); });
            !drawn)
            return drawn;
    }
    return {};
}

// A circle is a circle, unless one of the two is so small that it would be a line.
bool alike(const std::vector<double>& x, const std::vector<double>& y) {
    if (x.empty() || y.empty())
        return false;
    const auto [x_least, x_most] = std::ranges::minmax(x);
    const auto [y_least, y_most] = std::ranges::minmax(y);
    const double ratio = (x_most - x_least) / (y_most - y_least);
    return ratio > 0.25 && ratio < 4;
}

// `phase portrait`: `φ,π` in the notes of the run names two observables.
Status draw_portraits(Album& album, const Series& series, const RunRecord& record, const std::string& title) {
    for (const auto& [key, value] : record.notes) {
        const std::size_t comma = value.find(',');
        if (key != "phase portrait" || comma == std::string::npos)
            continue;
        const std::string first = value.substr(0, comma);
        const std::string second = value.substr(comma + 1);
        const std::vector<double>* x = find_series(series, first);
        const std::vector<double>* y = find_series(series, second);
        if (x == nullptr || y == nullptr)
            continue;
        if (Status drawn = album.add(fmt::format("{}-{}", first, second),
                                     [&](const fs::path& file) {
                                         return draw_lines(file, {title, first, second}, {{"", *x, *y}},
                                                           {.equal_axes = alike(*x, *y)});
                                     });
            !drawn)
            return drawn;
    }
    return {};
}

// Up to five saves, first and last among them.
std::vector<std::int64_t> some_saves(std::int64_t count) {
    std::vector<std::int64_t> saves;
    const std::int64_t wanted = std::min<std::int64_t>(count, 5);
    for (std::int64_t number = 0; number < wanted; ++number)
        saves.push_back(wanted == 1 ? 0 : number * (count - 1) / (wanted - 1));
    return saves;
}

Status draw_profiles(Album& album, const FieldSlices& slices, const std::string& name, std::int64_t component,
                     const std::string& title) {
    std::vector<Curve> curves;
    for (const std::int64_t save : some_saves(slices.saves())) {
        Result<std::vector<double>> values = slices.line(save, component);
        if (!values)
            return tl::unexpected(values.error());
        curves.push_back({fmt::format("t = {:.6g}", slices.time(save)), slices.coordinates(0), std::move(*values)});
    }
    return album.add(name, [&](const fs::path& file) {
        return draw_lines(file, {title, slices.axis(0), name}, curves, {.ordered = true});
    });
}

Status draw_space_time(Album& album, const FieldSlices& slices, const std::string& name, std::int64_t component,
                       const std::string& title) {
    const Result<Image> image = slices.space_time(component);
    if (!image)
        return tl::unexpected(image.error());
    return album.add(name + "-spacetime", [&](const fs::path& file) {
        return draw_image(file, {title, slices.axis(0), "t", name}, *image, {.same_scale = false});
    });
}

Status draw_plane(Album& album, const FieldSlices& slices, const std::string& name, std::int64_t component,
                  const std::string& title) {
    const std::int64_t save = slices.saves() - 1;
    const Result<Image> image = slices.plane(save, component);
    if (!image)
        return tl::unexpected(image.error());
    const std::string where = fmt::format("{}{} at t = {:.6g}{}", title, name, slices.time(save), slices.place());
    return album.add(name, [&](const fs::path& file) {
        return draw_image(file, {where, slices.axis(0), slices.axis(1), name}, *image);
    });
}

Status draw_field(Album& album, const FieldSlices& slices, const std::string& title) {
    const auto components = std::min<std::int64_t>(slices.components(), most_components);
    for (std::int64_t component = 0; component < components; ++component) {
        const std::string name = slices.name(component);
        Status drawn;
        if (slices.dimensions() == 1) {
            drawn = draw_profiles(album, slices, name, component, title);
            if (drawn && slices.saves() >= static_cast<std::int64_t>(saves_for_space_time))
                drawn = draw_space_time(album, slices, name, component, title);
        } else if (slices.dimensions() > 1) {
            drawn = draw_plane(album, slices, name, component, title.empty() ? "" : fmt::format("{}: ", title));
        }
        if (!drawn)
            return drawn;
    }
    return {};
}

// A standard error, or the measure that a density is given in.
bool is_beside_another(const std::vector<StoredField>& all, const StoredField& field) {
    return field.name == "√g" || std::ranges::any_of(all, [&](const StoredField& other) { return name_of_error(other.name) == field.name; });
}

Status draw_fields(Album& album, const fs::path& file, const std::string& title) {
    const Result<FieldsReader> reader = FieldsReader::open(file);
    if (!reader)
        return tl::unexpected(reader.error());
    if (reader->times().empty())
        return {};
    for (const StoredField& field : reader->fields()) {
        if (is_beside_another(reader->fields(), field))
            continue;
        if (Status drawn = draw_field(album, FieldSlices(*reader, field), title); !drawn)
            return drawn;
    }
    return {};
}

} // namespace

Result<std::vector<fs::path>> draw_run(const fs::path& folder, const RunPictureOptions& options) {
    if (Status able = can_draw(); !able)
        return tl::unexpected(able.error());
    const Result<RunRecord> record = read_run_record(folder / "run.json");
    if (!record)
        return tl::unexpected(record.error());
    const std::string title = record->title.empty() ? record->model : record->title;
    Album album(folder, options);
    Status drawn;
    std::error_code ignored;
    if (fs::exists(folder / "series.csv", ignored)) {
        const Result<Series> series = read_series(folder / "series.csv");
        if (!series)
            return tl::unexpected(series.error());
        drawn = draw_series(album, *series, title);
        if (drawn)
            drawn = draw_portraits(album, *series, *record, title);
    }
    if (drawn && options.fields && fs::exists(folder / "fields.h5", ignored))
        drawn = draw_fields(album, folder / "fields.h5", title);
    if (!drawn)
        return tl::unexpected(drawn.error());
    return album.files();
}

} // namespace nphys::runtime
