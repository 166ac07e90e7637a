#include "compiler/model/builtins.h"

#include <algorithm>

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

} // namespace nphys::model
