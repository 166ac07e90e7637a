#include "compiler/backend/cpp/translate_services.h"

#include <array>
#include <fmt/format.h>

namespace nphys::backend::cpp {

tl::expected<tree::ExpressionPtr, std::string> service_call(std::string_view service,
                                                            std::vector<tree::ExpressionPtr> arguments) {
    struct Row {
        std::string_view service, callee;
    };
    static constexpr std::array rows = {Row{"nphys_gemv_f64", "numeric::gemv<double>"},
                                        Row{"nphys_gemv_f32", "numeric::gemv<float>"},
                                        Row{"nphys_gemv_transposed_f64", "numeric::gemv_transposed<double>"},
                                        Row{"nphys_gemv_transposed_f32", "numeric::gemv_transposed<float>"},
                                        Row{"nphys_gemm_f64", "numeric::gemm<double>"},
                                        Row{"nphys_gemm_f32", "numeric::gemm<float>"}};
    for (const Row& row : rows) {
        if (row.service != service)
            continue;
        arguments.insert(arguments.begin(), tree::atom("pool_"));
        return tree::call(std::string(row.callee), std::move(arguments));
    }
    return tl::unexpected<std::string>(fmt::format("standalone C++ has no service `{}`", service));
}

} // namespace nphys::backend::cpp
