#include "compiler/model/settings.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "compiler/base/suggest.h"
#include "compiler/model/schemes.h"
#include "compiler/model/settle.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::Expression;

struct SettingReader {
    Context& context;
    const Environment& environment;
    const syntax::Setting& setting;
    Run& run;

    [[nodiscard]] const Expression& value() const { return setting.value; }

    void wrong_word(const std::vector<std::string>& known) const {
        auto& told = context.tell(Code::unknown_value, value().span, syntax::print(value()), setting.key.written);
        const syntax::Name* name = syntax::as_name(value());
        const auto nearest = name == nullptr ? std::nullopt : suggest(name->text, known);
        if (nearest) {
            told.help("did you mean `{}`?", *nearest);
            return;
        }
        std::string all;
        for (const std::string& word : known)
            all += (all.empty() ? "`" : ", `") + word + "`";
        told.help("it can be {}", all);
    }

    [[nodiscard]] std::optional<double> positive() const {
        const auto number = constant(context, value(), environment, "a setting");
        if (!number || *number > 0)
            return number;
        context.tell(Code::must_be_positive, value().span, setting.key.written, *number);
        return std::nullopt;
    }

    [[nodiscard]] std::optional<std::int64_t> counted(std::int64_t least) const {
        const auto number = whole_number(context, value(), environment, "a setting");
        if (!number || *number >= least)
            return number;
        context.tell(Code::too_small, value().span, setting.key.written, least, *number);
        return std::nullopt;
    }

    void scheme() const {
        run.scheme_span = value().span;
        const auto* call = std::get_if<syntax::Call>(&syntax::ungrouped(value()).node);
        const syntax::Name* name = syntax::as_name(call == nullptr ? value() : *call->callee);
        std::vector<std::string> known;
        for (const SchemeRow& row : scheme_rows)
            known.emplace_back(row.spelling);
        const auto row =
            name == nullptr ? std::end(scheme_rows) : std::ranges::find(scheme_rows, name->text, &SchemeRow::spelling);
        if (row == std::end(scheme_rows)) {
            auto& told = context.tell(Code::unknown_scheme, value().span, syntax::print(value()));
            const auto nearest = name == nullptr ? std::nullopt : suggest(name->text, known);
            if (nearest)
                told.help("did you mean `{}`?", *nearest);
            else
                told.help("the schemes are map, sequential, euler, symplectic_euler, leapfrog, drift_kick_drift, "
                          "yoshida4, rk4, rk45(tolerance), implicit_euler, bdf2, crank_nicolson, exact and exact(SCHEME)");
            return;
        }
        run.scheme = row->scheme;
        if (call != nullptr && row->scheme == Scheme::exact)
            underlying(*call);
        else if (call != nullptr)
            tolerance(*call, row->scheme, *name);
    }

    // exact(leapfrog): of schemes that take steps of one length and do the same at each of them.
    void underlying(const syntax::Call& call) const {
        constexpr std::array fit{Scheme::map, Scheme::euler, Scheme::symplectic_euler, Scheme::leapfrog,
                                 Scheme::drift_kick_drift, Scheme::yoshida4, Scheme::rk4};
        const auto* argument = call.arguments.size() == 1 && !call.arguments.front().key
                                   ? std::get_if<Expression>(&call.arguments.front().value)
                                   : nullptr;
        const syntax::Name* name = argument == nullptr ? nullptr : syntax::as_name(*argument);
        const auto row = name == nullptr ? std::end(scheme_rows)
                                         : std::ranges::find(scheme_rows, name->text, &SchemeRow::spelling);
        if (row != std::end(scheme_rows) && std::ranges::find(fit, row->scheme) != fit.end()) {
            run.underlying = row->scheme;
            return;
        }
        std::vector<std::string> known;
        for (const Scheme scheme : fit)
            known.emplace_back(scheme_spelling(scheme));
        context.tell(Code::exact_of_no_step, argument == nullptr ? value().span : argument->span,
                     argument == nullptr ? "…" : syntax::print(*argument))
            .help("take one of {}, or `exact` alone for the continuous law", fmt::join(known, ", "));
    }

    void tolerance(const syntax::Call& call, Scheme scheme, const syntax::Name& name) const {
        const auto* argument = call.arguments.size() == 1 && !call.arguments.front().key
                                   ? std::get_if<Expression>(&call.arguments.front().value)
                                   : nullptr;
        const bool is_density = context.model.level && context.model.level->kind == LevelKind::density;
        const bool adapts = scheme == Scheme::rk45 || (is_density && (scheme == Scheme::implicit_euler || scheme == Scheme::crank_nicolson));
        if (!adapts || argument == nullptr) {
            context.tell(Code::scheme_takes_nothing, value().span, name.written)
                .help("{} tolerance", is_density ? "`implicit_euler(1e-4)`, `crank_nicolson(1e-5)` and `rk45(1e-6)` take a number, their" : "only `rk45(1e-8)` takes a number, its");
            return;
        }
        const auto number = constant(context, *argument, environment, "a tolerance");
        if (!number)
            return;
        if (*number <= 0 || *number >= 1)
            context.tell(Code::tolerance_out_of_range, argument->span, *number);
        else
            run.tolerance = *number;
    }

    void precision() const {
        const syntax::Name* name = syntax::as_name(value());
        if (name != nullptr && (name->text == "f32" || name->text == "f64"))
            run.single_precision = name->text == "f32";
        else
            wrong_word({"f64", "f32"});
    }

    void seed() const {
        const auto number = counted(0);
        if (number)
            run.seed = static_cast<std::uint64_t>(*number);
    }

    void ensemble() const {
        if (const auto number = counted(1))
            run.copies = *number;
    }

    void epochs() const {
        run.epochs_span = setting.key.span;
        run.epochs = counted(1);
    }

    void test() const {
        run.test_span = setting.key.span;
        run.test = constant(context, value(), environment, "a setting");
        if (!run.test || (*run.test > 0 && *run.test < 1))
            return;
        context.tell(Code::test_share_out_of_range, value().span, *run.test);
        run.test.reset();
    }

    void allow(bool& what) const {
        const syntax::Name* name = syntax::as_name(value());
        if (name != nullptr && name->text == "allow")
            what = true;
        else
            wrong_word({"allow"});
    }

    void read() const {
        const std::string& key = setting.key.text;
        if (key == "scheme")
            return scheme();
        if (key == "dt") {
            run.dt_span = value().span;
            if (const auto number = positive())
                run.dt = *number;
            return;
        }
        if (key == "steps") {
            if (const auto number = counted(1))
                run.steps = *number;
            return;
        }
        if (key == "until") {
            if (const auto number = positive())
                run.until = *number;
            return;
        }
        if (key == "precision")
            return precision();
        if (key == "seed")
            return seed();
        if (key == "ensemble")
            return ensemble();
        if (key == "unstable")
            return allow(run.allow_unstable);
        if (key == "merging")
            return allow(run.allow_merging);
        if (key == "epochs")
            return epochs();
        if (key == "test")
            return test();
        auto& told = context.tell(Code::unknown_setting, setting.key.span, setting.key.written);
        const std::vector<std::string> known{"scheme", "dt",       "steps",    "until", "precision",
                                             "seed",   "ensemble", "unstable", "merging", "as", "epochs", "test"};
        if (const auto nearest = suggest(key, known))
            told.help("did you mean `{}`?", *nearest);
    }
};

} // namespace

void take_setting(Context& context, const syntax::Setting& setting, Span, const Environment& environment, Run& run) {
    if (setting.key.text == "as")
        return; // read before everything else: it declares names
    if (!setting.grid.empty()) {
        context.tell(Code::unknown_setting, setting.key.span, setting.key.written)
            .help("a grid belongs to `as = density on grid(…)`");
        return;
    }
    SettingReader{context, environment, setting, run}.read();
}

} // namespace nphys::model
