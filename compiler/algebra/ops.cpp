#include "compiler/algebra/ops.h"

#include <array>
#include <cmath>

#include "runtime/random/poisson.h"

namespace nphys::algebra {

namespace {

struct Row {
    std::string_view name, spellings, latex;
    int arity, flops;
};

constexpr auto rows = std::to_array<Row>({
#define NPHYS_OP(name, arity, spellings, latex, flops, derivative) {#name, spellings, latex, arity, flops},
#include "compiler/algebra/ops.def"
#undef NPHYS_OP
});

const Row& row(Op op) {
    return rows[static_cast<std::size_t>(op)];
}

bool is_spelling(std::string_view spellings, std::string_view word) {
    while (!spellings.empty()) {
        const std::size_t end = spellings.find(' ');
        if (spellings.substr(0, end) == word)
            return true;
        if (end == std::string_view::npos)
            break;
        spellings.remove_prefix(end + 1);
    }
    return false;
}

double truth(bool value) {
    return value ? 1.0 : 0.0;
}

} // namespace

std::string_view op_name(Op op) {
    return row(op).name;
}
std::string_view op_spelling(Op op) {
    return row(op).spellings.substr(0, row(op).spellings.find(' '));
}
std::string_view op_latex(Op op) {
    return row(op).latex;
}
int op_arity(Op op) {
    return row(op).arity;
}
int op_flops(Op op) {
    return row(op).flops;
}

std::optional<Op> op_named(std::string_view spelling) {
    for (std::size_t number = 0; number < rows.size(); ++number) {
        if (is_spelling(rows[number].spellings, spelling))
            return static_cast<Op>(number);
    }
    return std::nullopt;
}

double op_value(Op op, const double* arguments) {
    const double x = arguments[0];
    const double y = op_arity(op) > 1 ? arguments[1] : 0;
    switch (op) {
    case Op::abs:
        return std::abs(x);
    case Op::sign:
        return x > 0 ? 1.0 : x < 0 ? -1.0 : x;
    case Op::floor:
        return std::floor(x);
    case Op::exp:
        return std::exp(x);
    case Op::log:
        return std::log(x);
    case Op::sqrt:
        return std::sqrt(x);
    case Op::sin:
        return std::sin(x);
    case Op::cos:
        return std::cos(x);
    case Op::tan:
        return std::tan(x);
    case Op::asin:
        return std::asin(x);
    case Op::acos:
        return std::acos(x);
    case Op::atan:
        return std::atan(x);
    case Op::atan2:
        return std::atan2(x, y);
    case Op::sinh:
        return std::sinh(x);
    case Op::cosh:
        return std::cosh(x);
    case Op::tanh:
        return std::tanh(x);
    case Op::sigmoid:
        return 1.0 / (1.0 + std::exp(-x));
    case Op::poisson_quantile:
        return runtime::poisson_quantile(x, y);
    case Op::erf:
        return std::erf(x);
    case Op::min:
        return x <= y ? x : y;
    case Op::max:
        return x >= y ? x : y;
    case Op::re:
        return x;
    case Op::im:
        return 0;
    case Op::conj:
        return x;
    case Op::arg:
        return x < 0 ? std::acos(-1.0) : 0.0;
    case Op::less:
        return truth(x < y);
    case Op::less_equal:
        return truth(x <= y);
    case Op::greater:
        return truth(x > y);
    case Op::greater_equal:
        return truth(x >= y);
    case Op::equal:
        return truth(x == y);
    case Op::not_equal:
        return truth(x != y);
    case Op::logical_and:
        return truth(x != 0 && y != 0);
    case Op::logical_or:
        return truth(x != 0 || y != 0);
    case Op::logical_not:
        return truth(x == 0);
    }
    return 0;
}

} // namespace nphys::algebra
