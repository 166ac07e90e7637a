#pragma once
// Names and places in print: `φ[i+e[1],2]`, `\phi_{i+e_1,2}`.

#include <map>
#include <string>
#include <string_view>

#include "compiler/algebra/pool.h"
#include "compiler/algebra/print.h"

namespace nphys::algebra {

// "φ" -> "\phi", "X0" -> "X_{0}", "kappa" -> "\mathrm{kappa}", "q̄'" -> "\bar{q}'"
[[nodiscard]] std::string latex_name(std::string_view name);

[[nodiscard]] std::string print_number(const Number& number, Notation notation);

// The names of bound indices in sight, where they differ from their own: a sum may not reuse a name that stands inside
// it.
using IndexNames = std::map<IndexId, std::string>;

class PlacePrinter {
public:
    PlacePrinter(const Pool& pool, Notation notation) : pool_(pool), notation_(notation) {}

    [[nodiscard]] std::string index(IndexId id) const;
    [[nodiscard]] std::string place(const Place& place, std::size_t axes) const;
    [[nodiscard]] std::string element(SymbolId tensor, const std::vector<Place>& places) const;

    // Gives a bound index a name that no free index of the body has; `close` takes it back.
    void open(IndexId bound, Expr body);
    void close(IndexId bound);

private:
    [[nodiscard]] std::string element_of(SymbolId tensor, const std::vector<Place>& places) const;
    [[nodiscard]] bool is_taken(const std::string& name, IndexId bound, Expr body) const;
    [[nodiscard]] std::string free_name(IndexId bound, Expr body) const;

    const Pool& pool_;
    Notation notation_;
    IndexNames names_;
};

} // namespace nphys::algebra
