#include "compiler/model/builtins.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace nphys::model {

const std::vector<std::string>& builtin_names() {
    static const std::vector<std::string> names{
        "pi",          "t",         "h",     "e",        "δ",         "delta", "levi_civita", "Σ",        "sum",
        "Π",           "prod",      "max",   "min",      "mean",      "∂",     "partial",     "d",        "abs",
        "sign",        "floor",     "exp",   "log",      "sqrt",      "sin",   "cos",         "tan",      "asin",
        "acos",        "atan",      "atan2", "sinh",     "cosh",      "tanh",  "sigmoid",     "erf",      "re",
        "im",          "conj",      "arg",   "identity", "transpose", "inv",   "det",         "trace",    "kronecker",
        "eigenvalues", "initial",   "final", "normal",   "uniform",   "white", "delay",       "variance", "covariance",
        "bernoulli",   "exponential", "laplace", "poisson", "quantile", "histogram", "first", "average",  "spectrum",
        "test",        "acceptance",  "regimes"};
    return names;
}

bool is_builtin(std::string_view name) {
    return std::ranges::find(builtin_names(), name) != builtin_names().end();
}

std::optional<std::string_view> written_here(std::string_view foreign) {
    static constexpr std::pair<std::string_view, std::string_view> words[] = {
        {"ln", "log(x)"},
        {"log10", "log(x)/log(10)"},
        {"log2", "log(x)/log(2)"},
        {"log1p", "log(1 + x)"},
        {"expm1", "exp(x) - 1"},
        {"pow", "x^y"},
        {"mod", "x - y*floor(x/y)"},
        {"fmod", "x - y*floor(x/y)"},
        {"ceil", "-floor(-x)"},
        {"round", "floor(x + 1/2)"},
        {"sgn", "sign(x)"},
        {"heaviside", "1 if x > 0 else 0"},
        {"sec", "1/cos(x)"},
        {"csc", "1/sin(x)"},
        {"cot", "1/tan(x)"},
        {"sech", "1/cosh(x)"},
        {"csch", "1/sinh(x)"},
        {"coth", "1/tanh(x)"},
        {"erfc", "1 - erf(x)"},
        {"arcsin", "asin(x)"},
        {"arccos", "acos(x)"},
        {"arctan", "atan(x)"},
        {"arctan2", "atan2(y, x)"},
        {"real", "re(z)"},
        {"imag", "im(z)"},
        {"conjugate", "conj(z)"},
        {"angle", "arg(z)"},
        {"inverse", "inv(A)"},
        {"adjoint", "transpose(conj(A))"},
        {"dagger", "transpose(conj(A))"},
        {"kron", "kronecker(A, B)"},
        {"tr", "trace(A)"},
        {"eye", "identity"},
        {"eigvals", "eigenvalues(A)"},
        {"rand", "uniform(0, 1)"},
        {"randn", "normal(0, 1)"},
        {"gaussian", "normal(μ, σ)"},
        {"var", "variance(q)"},
        {"std", "sqrt(variance(q))"},
        {"cov", "covariance(p, q)"},
    };
    const auto* const found = std::ranges::find(words, foreign, [](const auto& word) { return word.first; });
    return found == std::end(words) ? std::nullopt : std::optional(found->second);
}

} // namespace nphys::model
