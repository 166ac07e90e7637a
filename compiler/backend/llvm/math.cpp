#include "compiler/backend/llvm/math.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <dlfcn.h>

namespace nphys::backend {

namespace {

using Unary = double (*)(double);
using Binary = double (*)(double, double);

void* address(Unary function) {
    return reinterpret_cast<void*>(function);
}
void* address(Binary function) {
    return reinterpret_cast<void*>(function);
}

using algebra::Op;

double poisson_quantile(double u, double mean) {
    const double arguments[] = {u, mean};
    return algebra::op_value(Op::poisson_quantile, arguments);
}

const std::array<ScalarMath, 14>& table() {
    static const std::array<ScalarMath, 14> rows = {{
        {Op::exp, "exp", "nphys_exp", 1, address(Unary{std::exp})},
        {Op::log, "log", "nphys_log", 1, address(Unary{std::log})},
        {Op::sin, "sin", "nphys_sin", 1, address(Unary{std::sin})},
        {Op::cos, "cos", "nphys_cos", 1, address(Unary{std::cos})},
        {Op::tan, "tan", "nphys_tan", 1, address(Unary{std::tan})},
        {Op::asin, "asin", "nphys_asin", 1, address(Unary{std::asin})},
        {Op::acos, "acos", "nphys_acos", 1, address(Unary{std::acos})},
        {Op::atan, "atan", "nphys_atan", 1, address(Unary{std::atan})},
        {Op::atan2, "atan2", "nphys_atan2", 2, address(Binary{std::atan2})},
        {Op::sinh, "sinh", "nphys_sinh", 1, address(Unary{std::sinh})},
        {Op::cosh, "cosh", "nphys_cosh", 1, address(Unary{std::cosh})},
        {Op::tanh, "tanh", "nphys_tanh", 1, address(Unary{std::tanh})},
        {Op::poisson_quantile, "poisson_quantile", "nphys_poisson_quantile", 2, address(Binary{poisson_quantile})},
        {Op::erf, "erf", "nphys_erf", 1, address(Unary{std::erf})},
    }};
    return rows;
}

struct Support {
    std::string_view symbol;
    void* address;
};

// What LLVM calls of itself: on processors without the instruction, or for a loop that only copies.
const std::array<Support, 7>& support() {
    static const std::array<Support, 7> rows = {{
        {"fma", reinterpret_cast<void*>(static_cast<double (*)(double, double, double)>(std::fma))},
        {"fmaf", reinterpret_cast<void*>(static_cast<float (*)(float, float, float)>(std::fma))},
        {"floor", reinterpret_cast<void*>(static_cast<double (*)(double)>(std::floor))},
        {"floorf", reinterpret_cast<void*>(static_cast<float (*)(float)>(std::floor))},
        {"memcpy", reinterpret_cast<void*>(&std::memcpy)},
        {"memmove", reinterpret_cast<void*>(&std::memmove)},
        {"memset", reinterpret_cast<void*>(&std::memset)},
    }};
    return rows;
}

} // namespace

const ScalarMath* scalar_math(Op op) {
    const auto row = std::ranges::find(table(), op, &ScalarMath::op);
    return row == table().end() ? nullptr : &*row;
}

const ScalarMath& power_math() {
    static const ScalarMath row = {Op::exp, "pow", "nphys_pow", 2, address(Binary{std::pow})};
    return row;
}

void* support_address(std::string_view symbol) {
    if (const auto row = std::ranges::find(table(), symbol, &ScalarMath::symbol); row != table().end())
        return row->address;
    if (symbol == power_math().symbol)
        return power_math().address;
    const auto row = std::ranges::find(support(), symbol, &Support::symbol);
    return row == support().end() ? nullptr : row->address;
}

std::string vector_symbol(std::string_view name, int arity, unsigned lanes, unsigned lane_bytes) {
    const unsigned bytes = lanes * lane_bytes;
    const char level = bytes == 64 ? 'e' : bytes == 32 ? 'd' : bytes == 16 ? 'b' : '\0';
    if (level == '\0')
        return {};
    std::string symbol = "_ZGV";
    symbol += level;
    symbol += 'N';
    symbol += std::to_string(lanes);
    symbol.append(static_cast<std::size_t>(arity), 'v');
    symbol += '_';
    symbol += name;
    if (lane_bytes == 4)
        symbol += 'f';
    return symbol;
}

VectorMath VectorMath::load() {
    VectorMath result;
    if (void* library = dlopen("libmvec.so.1", RTLD_NOW | RTLD_LOCAL))
        result.library_ = std::shared_ptr<void>(library, [](void* handle) { dlclose(handle); });
    return result;
}

void* VectorMath::find(const std::string& symbol) const {
    return library_ && !symbol.empty() ? dlsym(library_.get(), symbol.c_str()) : nullptr;
}

} // namespace nphys::backend
