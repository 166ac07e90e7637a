// What products of matrices cost, by the arguments of their service.
#include <algorithm>
#include <string_view>

#include "compiler/loops/cost.h"
#include "compiler/loops/memory.h"

namespace nphys::loops {

namespace {

class ProductCost {
public:
    ProductCost(const Module& module, const Function& function, const CallService& call, KernelCost& cost)
        : module_(module), function_(function), call_(call), cost_(cost) {}

    // rows, columns, alpha, A, stride, x, beta, y
    void gemv(bool transposed) {
        const double rows = integer(0), columns = integer(1);
        cost_.flops += 2 * rows * columns;
        touch(3, rows * columns, false);
        touch(5, transposed ? rows : columns, false);
        touch(7, transposed ? columns : rows, true);
    }

    // m, n, k, alpha, A, stride, transposed, B, stride, transposed, beta, C, stride
    void gemm() {
        const double m = integer(0), n = integer(1), k = integer(2);
        cost_.flops += 2 * m * n * k;
        touch(4, m * k, false);
        touch(7, k * n, false);
        touch(11, m * n, true);
    }

private:
    [[nodiscard]] double integer(std::size_t argument) const {
        const auto* id = std::get_if<IntegerId>(&call_.arguments[argument]);
        return id == nullptr ? 0 : static_cast<double>(function_.integers[id->index()].value);
    }

    void touch(std::size_t argument, double elements, bool is_written) {
        const auto* address = std::get_if<Address>(&call_.arguments[argument]);
        if (address == nullptr)
            return;
        const double bytes = elements * static_cast<double>(bytes_of(module_.buffers[address->buffer.index()].type));
        cost_.elements = std::max(cost_.elements, elements);
        cost_.streams.push_back({address->buffer, is_written ? 0 : bytes, is_written ? bytes : 0, false});
    }

    const Module& module_;
    const Function& function_;
    const CallService& call_;
    KernelCost& cost_;
};

} // namespace

void count_call(const Module& module, const Function& function, const CallService& call, KernelCost& cost) {
    const std::string_view service = call.service;
    ProductCost counted(module, function, call, cost);
    if (service.starts_with("nphys_gemm"))
        counted.gemm();
    else if (service.starts_with("nphys_gemv"))
        counted.gemv(service.starts_with("nphys_gemv_transposed"));
}

} // namespace nphys::loops
