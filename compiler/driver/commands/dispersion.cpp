#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "compiler/driver/analysis_text.h"
#include "compiler/driver/commands/commands.h"
#include "compiler/driver/messages.h"
#include "compiler/driver/pipeline.h"
#include "compiler/model/schemes.h"
#include "runtime/plots/picture.h"

namespace nphys::driver {
namespace {

namespace fs = std::filesystem;
using analysis::Branches;
using analysis::Dispersion;
using analysis::DispersionPoint;

// One curve for each branch of positive frequency; branches that lie upon each other once, the name once.
void add_curves(std::vector<runtime::Curve>& curves, const Dispersion& dispersion, const std::string& name,
                Branches DispersionPoint::*which) {
    const std::size_t branches = (dispersion.path.front().*which).frequency.size();
    std::vector<double> before;
    bool is_first = true;
    for (std::size_t branch = 0; branch < branches; ++branch) {
        runtime::Curve curve;
        bool positive = false;
        for (const DispersionPoint& point : dispersion.path) {
            curve.x.push_back(point.length);
            curve.y.push_back((point.*which).frequency[branch]);
            positive = positive || curve.y.back() > 1e-9;
        }
        if (!positive || same_curve(curve.y, before)) continue;
        before = curve.y;
        curve.name = is_first ? name : "";
        is_first = false;
        curves.push_back(std::move(curve));
    }
}

runtime::Status draw(const Compilation& compilation, const Dispersion& dispersion, const fs::path& folder) {
    std::string corners;
    for (const analysis::Corner& corner : dispersion.corners) corners += (corners.empty() ? "" : ", ") + corner.name + " = " + corner.place;
    std::vector<runtime::Curve> curves;
    const std::string scheme = fmt::format("{}, dt = {:.6g}", model::scheme_spelling(compilation.program.scheme), dispersion.dt);
    if (!dispersion.is_map) {
        add_curves(curves, dispersion, "continuum", &DispersionPoint::continuum);
        add_curves(curves, dispersion, "lattice", &DispersionPoint::law);
    }
    add_curves(curves, dispersion, scheme, &DispersionPoint::scheme);
    return runtime::draw_lines(folder / "dispersion.png",
                               {.title = compilation.model.name, .x_label = "k along " + corners, .y_label = "ω", .value_label = {}}, curves);
}

runtime::Status draw_growth(const Compilation& compilation, const Dispersion& dispersion, const fs::path& folder) {
    constexpr double pi = 3.14159265358979;
    runtime::Image image;
    image.columns = image.rows = static_cast<std::int64_t>(dispersion.zone_points);
    image.values = dispersion.zone_growth;
    image.x_first = image.y_first = -pi;
    image.x_last = image.y_last = pi;
    return runtime::draw_image(folder / "growth.png",
                               {.title = fmt::format("{}: growth in a step of {}", compilation.model.name, model::scheme_spelling(compilation.program.scheme)),
                                .x_label = "k₁", .y_label = "k₂", .value_label = "log |λ|"}, image);
}

} // namespace

// The table goes to standard output, the pictures into the folder.
int explain_dispersion(const Options& options) {
    Inquiry inquiry = inquiry_of(options);
    inquiry.until = Until::program;
    const auto compilation = compile(inquiry);
    if (!compilation->diagnostics.empty())
        if (const int status = tell(compilation->diagnostics, compilation->library.sources(), options); status != all_well) return status;
    const Dispersion dispersion = analysis::dispersion(compilation->model, compilation->program);
    const std::string scheme(model::scheme_spelling(compilation->program.scheme));
    if (options.json) fmt::print("{}\n", dispersion_json(compilation->model.name, scheme, dispersion).dump(2));
    else fmt::print("{}", dispersion_text(compilation->model.name, scheme, dispersion));
    if (!options.folder || !dispersion.obstacle.empty()) return all_well;
    std::error_code failed;
    fs::create_directories(*options.folder, failed);
    if (const auto drawn = draw(*compilation, dispersion, *options.folder); !drawn) return tell_failure(drawn.error());
    if (!options.json) fmt::print("{}\n", (fs::path(*options.folder) / "dispersion.png").string());
    const bool grows = std::ranges::any_of(dispersion.zone_growth, [](double growth) { return growth > 1e-9; });
    if (!grows) return all_well;
    if (const auto drawn = draw_growth(*compilation, dispersion, *options.folder); !drawn) return tell_failure(drawn.error());
    if (!options.json) fmt::print("{}\n", (fs::path(*options.folder) / "growth.png").string());
    return all_well;
}

} // namespace nphys::driver
