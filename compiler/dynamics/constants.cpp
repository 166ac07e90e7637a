#include "compiler/dynamics/constants.h"

#include <algorithm>

#include "compiler/algebra/transform.h"

namespace nphys::dynamics {

std::vector<model::Component> stored_constants(const model::Model& model) {
    std::vector<const model::Tensor*> open;
    for (const model::Tensor& tensor : model.tensors)
        if (tensor.stored && !tensor.definition.empty())
            open.push_back(&tensor);
    const auto reads = [&](const model::Tensor& tensor, const model::Tensor& other) {
        return &tensor != &other &&
               std::any_of(tensor.definition.begin(), tensor.definition.end(), [&](const model::Component& component) {
                   return algebra::depends_on(*model.pool, component.value, other.symbol);
               });
    };
    std::vector<model::Component> result;
    while (!open.empty()) {
        auto ready = std::find_if(open.begin(), open.end(), [&](const model::Tensor* tensor) {
            return std::none_of(open.begin(), open.end(),
                                [&](const model::Tensor* other) { return reads(*tensor, *other); });
        });
        if (ready == open.end())
            ready = open.begin(); // the model has told the cycle
        result.insert(result.end(), (*ready)->definition.begin(), (*ready)->definition.end());
        open.erase(ready);
    }
    return result;
}

} // namespace nphys::dynamics
