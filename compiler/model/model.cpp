#include "compiler/model/model.h"

#include <algorithm>

#include "compiler/model/build.h"

namespace nphys::model {
namespace {

double elements(const algebra::Pool& pool, SymbolId symbol) {
    double product = 1;
    for (const algebra::Slot& slot : pool.symbol(symbol).slots) {
        const algebra::Space& space = pool.space(slot.space);
        if (!space.is_lattice())
            product *= static_cast<double>(slot.last - slot.first + 1);
        else
            for (const algebra::Axis& axis : space.axes)
                product *= static_cast<double>(axis.extent);
    }
    return product;
}

} // namespace

const Tensor* Model::tensor(SymbolId symbol) const {
    const auto found = std::ranges::find(tensors, symbol, &Tensor::symbol);
    return found == tensors.end() ? nullptr : &*found;
}

const Parameter* Model::parameter(SymbolId symbol) const {
    const auto found = std::ranges::find(parameters, symbol, &Parameter::symbol);
    return found == parameters.end() ? nullptr : &*found;
}

const Draw* Model::draw(SymbolId symbol) const {
    const auto found = std::ranges::find(draws, symbol, &Draw::symbol);
    return found == draws.end() ? nullptr : &*found;
}

double Model::parameter_value(SymbolId symbol) const {
    const Parameter* found = parameter(symbol);
    return found == nullptr ? 0 : found->value;
}

double estimate_bytes(const Model& model) {
    const double size = model.run.single_precision ? 4 : 8;
    const auto number = static_cast<double>(model.run.copies);
    const auto copies = [&](const Tensor& tensor) { return tensor.stored ? 1 : number; }; // constants are shared
    double bytes = 0;
    for (const Tensor& tensor : model.tensors)
        if (tensor.role == Role::neuron || tensor.role == Role::trainable || tensor.stored)
            bytes += size * copies(tensor) * elements(*model.pool, tensor.symbol);
    for (const Data& data : model.data)
        bytes += 8 * static_cast<double>(data.values.size() + data.row_begin.size() + data.column.size());
    return bytes;
}

} // namespace nphys::model
