#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/base/unicode.h"
#include "compiler/driver/analysis_text.h"

namespace nphys::driver {
namespace {

using analysis::Agreement;
using analysis::Covariance;

std::string verdict(const Covariance& covariance, const char* word) {
    if (covariance.agreement == Agreement::exact) return fmt::format("{} exactly", word);
    if (covariance.agreement == Agreement::to_round_off) return fmt::format("{} to round-off", word);
    std::string text = covariance.order && *covariance.order > 0.5
                           ? fmt::format("{} to order {:.1f} in the spacing only", word, *covariance.order)
                           : fmt::format("not {}", word);
    if (!covariance.sizes.empty()) text += fmt::format("; residual for waves of {} sites {:.2g}", fmt::join(analysis::wave_lengths, ", "), fmt::join(covariance.sizes, ", "));
    if (!covariance.residual.empty()) text += ": " + covariance.residual;
    return text;
}

nlohmann::ordered_json rows(const std::vector<Covariance>& covariances) {
    static constexpr std::string_view words[] = {"exact", "to round-off", "none"};
    nlohmann::ordered_json result = nlohmann::ordered_json::array();
    for (const Covariance& one : covariances)
        result.push_back({{"what", one.what},
                          {"agreement", words[static_cast<std::size_t>(one.agreement)]},
                          {"order", one.order ? nlohmann::ordered_json(*one.order) : nlohmann::ordered_json(nullptr)},
                          {"sizes", one.sizes},
                          {"residual", one.residual}});
    return result;
}

} // namespace

std::string gauge_text(const std::string& model, const analysis::GaugeReport& report) {
    std::string text = fmt::format("{}: transformation of {}\n\n", model, fmt::join(report.transformed, ", "));
    for (const Covariance& law : report.laws) text += "  " + padded(law.what, 16) + "  " + verdict(law, "covariant") + "\n";
    for (const Covariance& observable : report.observables) text += "  " + padded(observable.what, 16) + "  " + verdict(observable, "invariant") + "\n";
    return text;
}

nlohmann::ordered_json gauge_json(const analysis::GaugeReport& report) {
    return {{"transformed", report.transformed}, {"laws", rows(report.laws)}, {"observables", rows(report.observables)}};
}

} // namespace nphys::driver
