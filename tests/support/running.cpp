#include "tests/support/running.h"

#include <cmath>
#include <limits>

#include "compiler/base/render.h"

namespace nphys::test {
namespace {

std::unique_ptr<driver::Compilation> compiled(const std::string& text, const How& how) {
    driver::Inquiry inquiry;
    inquiry.file = std::filesystem::path(how.folder) / "model.nphys";
    inquiry.request = how.request;
    inquiry.lowering = how.lowering;
    return driver::compile_text(text, inquiry);
}

void note(Running& running, const runtime::Status& status) {
    if (!status && running.error.empty()) running.error = status.error().message;
}

} // namespace

Running running(const std::string& text, const How& how) {
    Running result;
    result.compilation = compiled(text, how);
    if (!result.compilation->complete()) {
        result.error = render_text(result.compilation->diagnostics, result.compilation->library.sources());
        if (result.error.empty()) result.error = "not compiled";
        return result;
    }
    auto simulation = driver::Simulation::create(*result.compilation, {.engine = how.engine, .threads = how.threads});
    if (!simulation) {
        result.error = simulation.error().message;
        return result;
    }
    result.simulation = std::move(*simulation);
    note(result, result.simulation->initialize());
    if (result.good()) note(result, result.simulation->observe());
    return result;
}

void Running::advance(std::int64_t steps) {
    if (!good()) return;
    note(*this, simulation->advance(steps));
    if (good()) note(*this, simulation->observe());
}

void Running::to_the_end() {
    if (!good()) return;
    if (!simulation->adaptive()) return advance(compilation->program.steps - simulation->step());
    note(*this, simulation->advance_to(compilation->program.until, std::numeric_limits<std::int64_t>::max()));
    if (good()) note(*this, simulation->observe());
}

std::string diagnostics_of(const std::string& text, const How& how) {
    const auto compilation = compiled(text, how);
    return render_text(compilation->diagnostics, compilation->library.sources());
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
    double difference = 0, scale = 0;
    for (std::size_t n = 0; n < a.size(); ++n) {
        difference = std::isnan(a[n]) != std::isnan(b[n]) ? std::numeric_limits<double>::infinity() : std::max(difference, std::abs(a[n] - b[n]));
        if (std::isfinite(b[n])) scale = std::max(scale, std::abs(b[n]));
    }
    return scale > 0 ? difference / scale : difference;
}

} // namespace nphys::test
