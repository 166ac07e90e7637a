#pragma once
// The rules of differentiation for values that carry their derivatives by what moves: sums, products, powers, functions.
//
// Goes in: an expression, numbers for all names. Comes out: value and slopes, and what had to be assumed on the way:
// whether it is linear in what moves, the same at every site, the same at every time. What an element, a place or a sum
// over places is, is told by the evaluators that stand on these rules: around one site (tangent.h), or everywhere
// (whole_tangent.h).

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/analysis/fields.h"
#include "compiler/analysis/values.h"

namespace nphys::analysis {

struct Tangent {
    double value = 0;
    std::vector<std::pair<int, double>> slopes; // by the number of a source
    bool by_place = false, by_time = false;     // whether the value is another at other sites or times
};

struct Nature {
    bool linear = true, uniform = true, steady = true;
    std::string obstacle; // not empty: it has no form as a linear map

    [[nodiscard]] bool constant() const { return linear && uniform && steady; }
};

class TangentRules {
public:
    TangentRules(const Pool& pool, const Values& values, double dt, Nature& nature)
        : pool_(pool), values_(values), dt_(dt), nature_(nature) {}
    TangentRules(const TangentRules&) = delete;
    TangentRules& operator=(const TangentRules&) = delete;

protected:
    virtual ~TangentRules() = default;

    const Tangent& evaluate(Expr expression); // stays where it is until `known_` is cleared
    virtual Tangent of(const algebra::Element& node) = 0;
    virtual Tangent of(const algebra::Coordinate& node) = 0;
    virtual Tangent of(const algebra::IndexValue& node) = 0;
    virtual Tangent of(const algebra::Delta& node) = 0;
    virtual Tangent of(const algebra::Within& node) = 0;
    virtual Tangent of(const algebra::EdgeSign& node) = 0;
    virtual Tangent of(const algebra::Reduce& node) = 0;
    // Whether what stands beside a factor that is 0 by structure is left alone: it need not have a value there.
    [[nodiscard]] virtual bool guards() const { return false; }

    static Tangent number(double value) { return {value, {}, false, false}; }
    static Tangent placed(double value, bool by_place) { return {value, {}, by_place, false}; }
    static void add(Tangent& sum, const Tangent& term);
    Tangent fail(std::string reason);

    const Pool& pool_;
    const Values& values_;
    double dt_;
    Nature& nature_;
    std::unordered_map<std::uint32_t, Tangent> known_;

private:
    Tangent of(const algebra::Rational& node);
    Tangent of(const algebra::Real& node) { return number(node.value); }
    Tangent of(const algebra::Pi&);
    Tangent of(const algebra::ImaginaryUnit&);
    Tangent of(const algebra::Parameter& node) { return number(values_.parameter(node.symbol)); }
    Tangent of(const algebra::Time&);
    Tangent of(const algebra::Step&) { return number(dt_); }
    Tangent of(const algebra::Add& node);
    Tangent of(const algebra::Multiply& node);
    Tangent of(const algebra::Power& node);
    Tangent of(const algebra::Apply& node);
    Tangent of(const algebra::Spectral& node);
    Tangent of(const algebra::Select& node);
    Tangent of(const algebra::AtStart& node) { return evaluate(node.value); }
    Tangent of(const algebra::AtEnd& node) { return evaluate(node.value); }

    [[nodiscard]] bool is_guarded(const algebra::Multiply& node);
    void note_factor(const Tangent& factor); // a factor of something that depends on what moves
};

} // namespace nphys::analysis
