#include <fmt/format.h>

#include <algorithm>

#include "compiler/analysis/law_program.h"
#include "compiler/base/unicode.h"
#include "compiler/driver/analysis_text.h"
#include "compiler/dynamics/clock.h"

namespace nphys::driver {
namespace {

using analysis::Kept;

std::string_view word(Kept kept) {
    switch (kept) {
    case Kept::exactly: return "conserved";
    case Kept::to_round_off: return "conserved, to round-off";
    case Kept::not_kept: return "not conserved";
    case Kept::undecided: return "not decided";
    }
    return "";
}

std::string section(const std::string& title, const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += "  " + line + "\n";
    return lines.empty() ? "" : "\n" + title + "\n" + text;
}

std::vector<std::string> stability_lines(const CheckFacts& facts) {
    std::vector<std::string> lines = facts.program->remarks;
    lines.insert(lines.end(), facts.stability.text.begin(), facts.stability.text.end());
    for (const analysis::SpuriousZero& zero : facts.spurious) {
        lines.push_back(fmt::format("spurious slow mode at k = {}: ω = {:.6g}, in the continuum {:.6g}{}", zero.place, zero.frequency, zero.continuum,
                                    zero.on_lattice ? "" : " (between the modes of this lattice)"));
        if (facts.spurious_at_the_middle) lines.back() += " (of the law at the site in the middle)";
        if (facts.spurious.size() > 1) {
            lines.back() += fmt::format("; {} more like it", facts.spurious.size() - 1);
            break;
        }
    }
    return lines;
}

std::vector<std::string> balance_lines(const CheckFacts& facts) {
    std::vector<std::string> lines;
    for (const analysis::Balance& balance : facts.balance) lines.insert(lines.end(), balance.text.begin(), balance.text.end());
    return lines;
}

std::string duality_line(const char* what, const std::optional<analysis::DualFormula>& formula, const analysis::Condition* against) {
    if (formula) return fmt::format("{}: {}", what, formula->equation);
    if (against == nullptr) return fmt::format("{}: exists, without a closed form", what);
    return fmt::format("{}: none, for {} fails{}", what, against->statement == "the activation is linear" ? "linear activation" : "`" + against->statement + "`",
                       against->residual.empty() ? "" : " " + against->residual);
}

std::vector<std::string> duality_lines(const CheckFacts& facts) {
    if (!facts.duality) return {facts.system->obstacle() + ", so there is no dual"};
    return {duality_line("hamiltonian", facts.duality->hamiltonian, facts.duality->against_hamiltonian()),
            duality_line("loss", facts.duality->loss, facts.duality->against_loss())};
}

std::vector<std::string> conservation_lines(const CheckFacts& facts) {
    constexpr std::size_t most_forms = 4;
    std::vector<std::string> lines;
    const std::string scheme(dynamics::spelling(facts.program->scheme));
    for (const analysis::ObservableFate& fate : facts.conservation.observables) {
        std::string line = padded(fate.name, 12) + "  the law: " + std::string(word(fate.by_flow));
        if (fate.by_flow == Kept::undecided && !fate.flow_reason.empty()) line += fmt::format(" ({})", fate.flow_reason);
        if (fate.reason.empty())
            line += fmt::format("; {}: {}", scheme, fate.by_scheme == Kept::exactly ? "conserved" : fmt::format("changes by at most {:.2g} in a step", fate.drift));
        lines.push_back(line);
    }
    const auto forms = [&](const std::string& who, const analysis::FormSearch& search) {
        if (!search.obstacle.empty()) {
            const std::string line = fmt::format("quadratic forms were not looked for: {}", search.obstacle);
            if (lines.empty() || lines.back() != line) lines.push_back(line);
            return;
        }
        if (search.forms.empty()) lines.push_back(fmt::format("{} conserves no quadratic form of near sites that was found", who));
        for (std::size_t number = 0; number < std::min(most_forms, search.forms.size()); ++number)
            lines.push_back(fmt::format("{} conserves {}", who, search.forms[number].text));
        if (search.forms.size() > most_forms) lines.push_back(fmt::format("and {} more quadratic forms", search.forms.size() - most_forms));
    };
    forms("the law", facts.conservation.flow);
    forms(scheme, facts.conservation.scheme);
    return lines;
}

std::string limit_text(const CheckFacts& facts, const analysis::SchemeRow& row) {
    const analysis::StabilityReport& report = row.stability;
    if (dynamics::is_map(row.scheme))
        return report.certainty == analysis::Certainty::none ? "" : report.growth > 1 + 1e-7 ? fmt::format("grows by {:.6g}", report.growth) : "no mode grows";
    if (report.certainty == analysis::Certainty::none) return "not known";
    const std::string about = report.certainty == analysis::Certainty::exact ? "" : "about ";
    if (report.fastest_factor) return fmt::format("any; at dt = {:g} the fastest mode × {:.3g}", facts.program->dt, *report.fastest_factor);
    if (report.any_step) return "any";
    if (!report.limit) return "no limit found";
    if (*report.limit == 0) return about + "none";
    return fmt::format("{}{:.6g}{}", about, *report.limit, report.mode_text.empty() ? "" : " at k = " + report.mode_text);
}

std::string yes(const std::optional<bool>& fact) { return !fact ? "" : *fact ? "yes" : "no"; }

std::string separation_line(const analysis::Separation& separation) {
    switch (separation.separable) {
    case analysis::Separable::yes: return "the law is separable: neurons move by trainables, trainables by neurons";
    case analysis::Separable::but_for_local_part: return "the law is separable but for a linear part at each site, which splittings move exactly";
    case analysis::Separable::no: break;
    }
    return "the law is not separable: " + separation.why;
}

std::vector<std::string> scheme_lines(const CheckFacts& facts) {
    std::vector<std::string> lines{separation_line(facts.separation),
                                   padded("", 20) + padded("order", 7) + padded("volume", 8) + padded("symplectic", 12) + padded("reversible", 12) + "largest dt"};
    for (const analysis::SchemeRow& row : facts.schemes) {
        const std::string name = padded((row.chosen ? "* " : "  ") + row.name, 20);
        if (!row.fits) lines.push_back(name + "refused: " + row.refusal);
        else lines.push_back(name + padded(row.order > 0 ? std::to_string(row.order) : "", 7) + padded(row.keeps_volume ? *row.keeps_volume ? "kept" : "not" : "", 8) +
                             padded(yes(row.is_symplectic), 12) + padded(yes(row.is_reversible), 12) + limit_text(facts, row));
    }
    return lines;
}

nlohmann::ordered_json optional_json(const auto& value) { return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr); }

nlohmann::ordered_json stability_json(const analysis::StabilityReport& report) {
    static constexpr std::string_view certainties[] = {"exact", "estimate", "none"};
    return {{"certainty", certainties[static_cast<std::size_t>(report.certainty)]},
            {"reason", report.reason},
            {"limit", optional_json(report.limit)},
            {"any_step", report.any_step},
            {"fastest_factor", optional_json(report.fastest_factor)},
            {"mode", report.mode_text},
            {"growth", report.growth},
            {"law_growth", report.law_growth}};
}

nlohmann::ordered_json schemes_json(const CheckFacts& facts) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const analysis::SchemeRow& row : facts.schemes)
        rows.push_back({{"scheme", row.name},
                        {"fits", row.fits},
                        {"refusal", row.refusal},
                        {"order", row.order},
                        {"keeps_volume", optional_json(row.keeps_volume)},
                        {"symplectic", optional_json(row.is_symplectic)},
                        {"reversible", optional_json(row.is_reversible)},
                        {"stability", row.fits ? stability_json(row.stability) : nlohmann::ordered_json(nullptr)}});
    return rows;
}

nlohmann::ordered_json conservation_json(const analysis::Conservation& conservation) {
    nlohmann::ordered_json observables = nlohmann::ordered_json::array();
    for (const analysis::ObservableFate& fate : conservation.observables)
        observables.push_back({{"name", fate.name}, {"law", word(fate.by_flow)}, {"scheme", word(fate.by_scheme)}, {"drift", fate.drift}, {"law_reason", fate.flow_reason}, {"reason", fate.reason}});
    const auto forms = [](const analysis::FormSearch& search) {
        nlohmann::ordered_json texts = nlohmann::ordered_json::array();
        for (const analysis::ConservedForm& form : search.forms) texts.push_back(form.text);
        return nlohmann::ordered_json{{"obstacle", search.obstacle}, {"forms", texts}};
    };
    return {{"observables", observables}, {"law", forms(conservation.flow)}, {"scheme", forms(conservation.scheme)}};
}

// Of a density: the equation, detailed balance, the step.
std::string level_text(const CheckFacts& facts) {
    std::vector<std::string> lines, limits = facts.program->remarks;
    for (const model::Level::Line& line : facts.program->level->law) lines.push_back(line.title.empty() ? line.text : line.text + "   # " + line.title);
    if (facts.stability.limit)
        limits.push_back(fmt::format("{}: stable for dt ≤ {:.6g} (estimated)", dynamics::spelling(facts.program->scheme), *facts.stability.limit));
    return section(facts.model->level->noun(), lines) + section("stability", limits) + "\n";
}

nlohmann::ordered_json level_json(const CheckFacts& facts) {
    nlohmann::ordered_json law = nlohmann::ordered_json::array();
    for (const model::Level::Line& line : facts.program->level->law) law.push_back({{"title", line.title}, {"text", line.text}, {"latex", line.latex}});
    return {{"model", facts.model->name},
            {"level", facts.model->level->noun()},
            {"law", law},
            {"scheme", dynamics::spelling(facts.program->scheme)},
            {"dt", facts.program->dt},
            {"remarks", facts.program->remarks},
            {"stability", stability_json(facts.stability)}};
}

} // namespace

CheckFacts check_facts(const model::Model& model, const dynamics::Program& program) {
    CheckFacts facts;
    facts.model = &model;
    facts.program = &program;
    facts.stability = analysis::stability(model, program);
    if (model.level) return facts; // what its law conserves is known
    facts.separation = analysis::separation(model);
    facts.schemes = analysis::scheme_fitness(model, program, facts.stability);
    facts.system = std::make_unique<analysis::LearningSystem>(model);
    if (facts.system->obstacle().empty()) facts.duality = analysis::duality(*facts.system);
    facts.conservation = analysis::conservation(model, program);
    facts.balance = analysis::detailed_balance(model);
    const analysis::LawSpectrum law(model, facts.system->motion, facts.system->constants);
    if (law.obstacle().empty() && !dynamics::is_map(program.scheme)) {
        facts.spurious = analysis::spurious_zeros(law);
        facts.spurious_at_the_middle = !law.step().nature().uniform;
    }
    return facts;
}

std::string check_text(const CheckFacts& facts) {
    const std::string& title = facts.model->title;
    if (facts.model->level) return facts.model->name + (title.empty() ? "" : ": " + title) + "\n" + level_text(facts);
    return facts.model->name + (title.empty() ? "" : ": " + title) + "\n" + section("stability", stability_lines(facts)) + section("evolution", balance_lines(facts)) +
           section("duality", duality_lines(facts)) + section("conservation", conservation_lines(facts)) + section("schemes", scheme_lines(facts)) + "\n";
}

nlohmann::ordered_json check_json(const CheckFacts& facts) {
    if (facts.model->level) return level_json(facts);
    static constexpr std::string_view separable[] = {"yes", "but for a local part", "no"};
    nlohmann::ordered_json zeros = nlohmann::ordered_json::array();
    for (const analysis::SpuriousZero& zero : facts.spurious)
        zeros.push_back({{"k", zero.place}, {"frequency", zero.frequency}, {"continuum", zero.continuum}, {"on_lattice", zero.on_lattice}});
    return {{"model", facts.model->name},
            {"scheme", dynamics::spelling(facts.program->scheme)},
            {"dt", facts.program->dt},
            {"remarks", facts.program->remarks},
            {"stability", stability_json(facts.stability)},
            {"spurious", zeros},
            {"spurious_at_the_middle", facts.spurious_at_the_middle},
            {"duality", facts.duality ? duality_json(*facts.system, *facts.duality) : nlohmann::ordered_json(nullptr)},
            {"conservation", conservation_json(facts.conservation)},
            {"separable", separable[static_cast<std::size_t>(facts.separation.separable)]},
            {"schemes", schemes_json(facts)}};
}

} // namespace nphys::driver
