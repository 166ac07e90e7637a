#include "runtime/abi.h"
#include "runtime/data/show_rows.h"

extern "C" {

void nphys::runtime::abi::nphys_shown_rows(pointer list, i64 seed, i64 rows, i64 training, i64 first, i64 count) {
    shown_rows(static_cast<std::int64_t*>(list), seed, rows, training, first, count);
}

void nphys::runtime::abi::nphys_kept_rows(pointer list, i64 seed, i64 rows, i64 training) {
    kept_rows(static_cast<std::int64_t*>(list), seed, rows, training);
}

void nphys::runtime::abi::nphys_take_rows_f64(pointer out, pointer table, pointer list, i64 count, i64 columns) {
    take_rows(static_cast<double*>(out), static_cast<const double*>(table), static_cast<const std::int64_t*>(list),
              count, columns);
}

void nphys::runtime::abi::nphys_take_rows_f32(pointer out, pointer table, pointer list, i64 count, i64 columns) {
    take_rows(static_cast<float*>(out), static_cast<const double*>(table), static_cast<const std::int64_t*>(list),
              count, columns);
}
}
