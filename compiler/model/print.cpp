#include "compiler/model/print.h"

#include <fmt/format.h>

#include "compiler/algebra/print.h"

namespace nphys::model {
namespace {

const char* word_of(Role role) {
    switch (role) {
    case Role::neuron:
        return "neuron";
    case Role::trainable:
        return "trainable";
    case Role::weight:
        return "weight";
    case Role::bias:
        return "bias";
    case Role::let:
        return "let";
    case Role::loss:
        return "loss";
    case Role::observable:
        return "observe";
    case Role::graph:
        return "graph";
    case Role::data:
        return "data";
    }
    return "";
}

class Printer {
public:
    explicit Printer(const Model& model) : model_(model), pool_(*model.pool) {}

    std::string text() {
        line(fmt::format("model {}", model_.name));
        for (const Parameter& parameter : model_.parameters)
            line(fmt::format("param {} = {:.17g}{}", parameter.name, parameter.value,
                             parameter.structural ? "  # structural" : ""));
        for (const Tensor& tensor : model_.tensors)
            print_tensor(tensor);
        for (const Law& law : model_.laws)
            print_law(law);
        for (const Drive& drive : model_.drives)
            print_components("boundary ", drive.components, " ← ");
        for (const Hamiltonian& hamiltonian : model_.hamiltonians)
            line(fmt::format("hamiltonian {} = {}", hamiltonian.name, print_expression(hamiltonian.energy)));
        for (const Initial& initial : model_.initials)
            print_components("init ", initial.components, " = ");
        for (const Observable& observable : model_.observables)
            print_components(observable.hidden ? "hidden " : "observe ", observable.components, " = ");
        for (const Expectation& expectation : model_.expectations)
            line(fmt::format("expect {}", print_expression(expectation.condition)));
        return text_;
    }

private:
    [[nodiscard]] std::string print_expression(Expr expression) const { return algebra::print(pool_, expression); }
    void line(const std::string& words) { text_ += words + "\n"; }

    void print_components(const std::string& before, const std::vector<Component>& components, const char* sign,
                          const char* after = "") {
        for (const Component& component : components)
            line(fmt::format("{}{}{}{}{}", before, algebra::print_element(pool_, component.tensor, component.target),
                             sign, print_expression(component.value), after));
    }
    void print_tensor(const Tensor& tensor) {
        if (tensor.role == Role::observable)
            return;
        if (tensor.definition.empty())
            line(fmt::format("{} {}", word_of(tensor.role), tensor.name));
        else
            print_components(std::string(word_of(tensor.role)) + " ", tensor.definition, " = ",
                             tensor.stored ? "  # stored" : "");
    }
    void print_law(const Law& law) {
        const std::string dynamics = law.dynamics == Dynamics::activation ? "activation " : "learning ";
        if (law.kind == LawKind::flow)
            print_components(dynamics + "d/dt ", law.components, " = ");
        else
            print_components(dynamics, law.components, law.kind == LawKind::map ? " ← " : " descends ");
    }

    const Model& model_;
    const algebra::Pool& pool_;
    std::string text_;
};

} // namespace

std::string print(const Model& model) {
    return Printer(model).text();
}

} // namespace nphys::model
