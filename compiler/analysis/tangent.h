#pragma once
// The value of an expression at one site together with its derivative by the fields around it: a right-hand side as a
// stencil.
//
// Goes in: an expression, the site, numbers for all names. Comes out: value and slopes (field, displacement,
// coefficient), and what had to be assumed on the way: whether it is linear in the fields, the same at every site, the
// same at every time.
//
// Example: φ[i+e] - 2*φ[i] + φ[i-e] has the slopes 1, -2, 1 at +1, 0, -1, exactly and at every site.

#include <array>
#include <unordered_map>

#include "compiler/analysis/fields.h"
#include "compiler/analysis/values.h"

namespace nphys::analysis {

using Shift = std::array<std::int64_t, algebra::max_axes>;

struct Slope {
    int field;
    Shift shift;
    double value;
};

struct Tangent {
    double value = 0;
    std::vector<std::pair<int, double>> slopes; // by the number of a source
    bool by_place = false, by_time = false;     // whether the value is another at other sites or times
};

struct Nature {
    bool linear = true, uniform = true, steady = true;
    std::string obstacle; // not empty: it has no form as a stencil

    [[nodiscard]] bool constant() const { return linear && uniform && steady; }
};

class TangentEvaluator {
public:
    // `here` is the index variable of the lattice that stands for the site; invalid without a lattice.
    TangentEvaluator(const Pool& pool, const Fields& fields, const Values& values, const Shift& site, double dt,
                     Nature& nature);

    void bind(algebra::IndexId here, const std::unordered_map<std::uint32_t, std::int64_t>& numbers);
    [[nodiscard]] std::vector<Slope> slopes(Expr expression);

private:
    Tangent evaluate(Expr expression);
    Tangent of(const algebra::Rational& node);
    Tangent of(const algebra::Real& node) { return number(node.value); }
    Tangent of(const algebra::Pi&);
    Tangent of(const algebra::ImaginaryUnit&);
    Tangent of(const algebra::Parameter& node) { return number(values_.parameter(node.symbol)); }
    Tangent of(const algebra::Time&);
    Tangent of(const algebra::Step&) { return number(dt_); }
    Tangent of(const algebra::Element& node);
    Tangent of(const algebra::Coordinate& node);
    Tangent of(const algebra::IndexValue& node);
    Tangent of(const algebra::Delta& node);
    Tangent of(const algebra::Within& node);
    Tangent of(const algebra::EdgeSign&) { return number(1); } // inside; modes of antiperiodic axes know of the rest
    Tangent of(const algebra::Reduce& node);
    Tangent of(const algebra::Add& node);
    Tangent of(const algebra::Multiply& node);
    Tangent of(const algebra::Power& node);
    Tangent of(const algebra::Apply& node);
    Tangent of(const algebra::Select& node);
    Tangent of(const algebra::AtStart& node) { return evaluate(node.value); }
    Tangent of(const algebra::AtEnd& node) { return evaluate(node.value); }

    struct Reached {
        bool at_site = false, known = true;
        Shift numbers{};
    }; // of a place: displacement, or numbers
    Reached reach(const Place& place) const;
    Reached located(const Place& place);
    static Tangent number(double value) { return {value, {}, false, false}; }
    static Tangent placed(double value, bool by_place) { return {value, {}, by_place, false}; }
    void note_factor(const Tangent& factor); // a factor of something that depends on fields
    void add(Tangent& sum, const Tangent& term) const;
    void accumulate(std::vector<std::pair<int, double>>& into, const std::vector<std::pair<int, double>>& slopes,
                    double factor) const;
    int source(int field, const Shift& shift);
    Tangent fail(std::string reason);

    const Pool& pool_;
    const Fields& fields_;
    const Values& values_;
    Shift site_;
    double dt_;
    Nature& nature_;
    algebra::IndexId here_;
    std::unordered_map<std::uint32_t, std::int64_t> numbers_;
    std::unordered_map<std::uint32_t, Tangent> known_;
    std::map<std::pair<int, Shift>, int> source_numbers_;
    std::vector<std::pair<int, Shift>> sources_;
};

} // namespace nphys::analysis
