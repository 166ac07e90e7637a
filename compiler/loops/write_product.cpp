// Products of matrices: one call of the runtime each.
#include "compiler/loops/write.h"

namespace nphys::loops {

void ScheduleWriter::call_product(const Sweep& sweep) {
    const SiteWriter::Scope scope(sites_);
    const Product& product = *sweep.product;
    const Graph& graph = std::as_const(shop_).graph();
    const Target& target = sweep.targets.front();
    const Type type = shop_.placed().module.buffers[target.buffer.index()].type;
    const std::string suffix = type == Type::f32 ? "_f32" : "_f64";
    const auto whole = [&](std::int64_t number) { return build_.integer(number); };
    const auto address = [&](NodeId read, const MatrixView& view) {
        return view.start == 0 ? Address(graph[read].buffer) : Address(graph[read].buffer, whole(view.start));
    };
    const std::int64_t rows = extent_of(shop_, product.rows), inner = extent_of(shop_, product.inner),
                       columns = extent_of(shop_, product.columns);
    const ValueId one = build_.constant(1, type), zero = build_.constant(0, type);
    const MatrixView left = *view_of(shop_, product.left, product.rows, product.inner);
    const MatrixView right = *view_of(shop_, product.right, product.inner, product.columns);
    if (product.columns.empty()) {
        const std::int64_t stored_rows = left.transposed ? inner : rows, stored_columns = left.transposed ? rows : inner;
        build_.comment(sweep.label + " (gemv)");
        return build_.call_service(
            (left.transposed ? "nphys_gemv_transposed" : "nphys_gemv") + suffix,
            {whole(stored_rows), whole(stored_columns), one, address(product.left, left), whole(left.stride),
             address(product.right, right), zero, Address(target.buffer)});
    }
    build_.comment(sweep.label + " (gemm)");
    build_.call_service("nphys_gemm" + suffix,
                        {whole(rows), whole(columns), whole(inner), one, address(product.left, left), whole(left.stride),
                         whole(left.transposed ? 1 : 0), address(product.right, right), whole(right.stride),
                         whole(right.transposed ? 1 : 0), zero, Address(target.buffer), whole(columns)});
}

} // namespace nphys::loops
