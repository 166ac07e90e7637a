#include "compiler/backend/cpp/translate_services.h"

#include <array>
#include <fmt/format.h>

namespace nphys::backend::cpp {

namespace {

struct Row {
    std::string_view service, callee, header;
    bool takes_pool;
};

constexpr std::string_view dense = "dense.hpp", rows = "show_rows.hpp", samples = "samples.hpp", spectral = "spectral.hpp", band = "band.hpp", rightmost = "rightmost.hpp", at_rest = "at_rest.hpp",
                           power = "power.hpp", waves = "waves.hpp", systems = "eigensystems.hpp";
constexpr std::array table = {Row{"nphys_gemv_f64", "numeric::gemv<double>", dense, true},
                              Row{"nphys_gemv_f32", "numeric::gemv<float>", dense, true},
                              Row{"nphys_gemv_transposed_f64", "numeric::gemv_transposed<double>", dense, true},
                              Row{"nphys_gemv_transposed_f32", "numeric::gemv_transposed<float>", dense, true},
                              Row{"nphys_gemm_f64", "numeric::gemm<double>", dense, true},
                              Row{"nphys_gemm_f32", "numeric::gemm<float>", dense, true},
                              Row{"nphys_shown_rows", "nphys::runtime::shown_rows", rows, false},
                              Row{"nphys_kept_rows", "nphys::runtime::kept_rows", rows, false},
                              Row{"nphys_take_rows_f64", "nphys::runtime::take_rows<double>", rows, false},
                              Row{"nphys_take_rows_f32", "nphys::runtime::take_rows<float>", rows, false},
                              Row{"nphys_quantile", "nphys::runtime::quantile", samples, false},
                              Row{"nphys_histogram", "nphys::runtime::histogram", samples, false},
                              Row{"nphys_power_spectrum", "nphys::runtime::spectral::power_spectrum", power, false},
                              Row{"nphys_eigensystems", "nphys::runtime::eigensystems", systems, false},
                              Row{"nphys_propagate", "numeric::propagate", spectral, true},
                              Row{"nphys_solve", "nphys::runtime::sparse::solve", band, false},
                              Row{"nphys_turn_modes", "numeric::turn_modes", waves, true},
                              Row{"nphys_rightmost", "nphys::runtime::sparse::rightmost", rightmost, false},
                              Row{"nphys_stationary", "nphys::runtime::sparse::stationary", at_rest, false},
                              Row{"nphys_ground", "nphys::runtime::sparse::ground", at_rest, false}};

} // namespace

tl::expected<tree::ExpressionPtr, std::string> service_call(std::string_view service,
                                                            std::vector<tree::ExpressionPtr> arguments) {
    for (const Row& row : table) {
        if (row.service != service)
            continue;
        if (row.takes_pool)
            arguments.insert(arguments.begin(), tree::atom("pool_"));
        return tree::call(std::string(row.callee), std::move(arguments));
    }
    return tl::unexpected<std::string>(fmt::format("standalone C++ has no service `{}`", service));
}

std::string_view header_of_service(std::string_view service) {
    for (const Row& row : table)
        if (row.service == service)
            return row.header;
    return {};
}

} // namespace nphys::backend::cpp
