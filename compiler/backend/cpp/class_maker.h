// Makes the class of an emitted model part by part: model_class.cpp the parameters and constructors, class_steps.cpp
// what runs, class_fields.cpp what is seen of the state and of the observables.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "compiler/backend/cpp/model_class.h"

namespace nphys::backend::cpp {

[[nodiscard]] inline tree::Body one(tree::ExpressionPtr expression) {
    return {{tree::Evaluate{std::move(expression)}}};
}
[[nodiscard]] inline tree::Body result(std::string text) {
    return {{tree::Return{tree::atom(std::move(text))}}};
}
[[nodiscard]] inline std::string joined(const std::string& first, const std::string& second) {
    return first.empty() ? second : second.empty() ? first : first + ": " + second;
}

class ClassMaker {
public:
    ClassMaker(const loops::Module& module, const Interface& interface)
        : module_(module), interface_(interface), names_(name_class(module, interface)) {}

    tl::expected<ModelClass, std::string> make() {
        made_.declaration.name = "Model";
        made_.declaration.comment = interface_.doc;
        add_parameters();
        add_constructors();
        add_steps();
        add_fields();
        add_observables();
        add_output();
        add_functions();
        add_data();
        if (!wrong_.empty())
            return tl::unexpected<std::string>(wrong_);
        return std::move(made_);
    }

private:
    void say(std::string text) { made_.declaration.interface.push_back(tree::Comment{std::move(text)}); }
    void offer(tree::Member member) { made_.declaration.interface.push_back(std::move(member)); }
    void hide(tree::Member member) { made_.declaration.details.push_back(std::move(member)); }
    void define(tree::Function function) { made_.definitions.push_back(std::move(function)); }

    // Parameters
    void add_parameters();
    static std::string range_text(const Parameter& parameter);
    // Written so that it holds for what is not a number, too.
    static std::string outside_range(const Parameter& parameter);
    static std::string name_condition(const std::string& name, const std::string& identifier);

    // Construction
    void add_constructors();

    // Steps
    void add_steps();
    void add_adaptive_step();
    void add_records();

    // State and observables
    void add_fields();
    void add_number(const StateField& field, const std::string& name, const std::string& type);
    void add_span(const StateField& field, const std::string& name, const std::string& type);
    void add_observables();
    void add_output();

    // Functions and data members
    void add_functions();
    bool has(const std::string& name) const;
    bool uses_argument(const std::string& name) const;
    tree::Body body_of(const std::string& name, const std::string& argument);
    void add_function(const std::string& name, const std::string& member, bool is_public);
    void add_initialize();
    double initial_step() const;
    void add_data();
    const std::string& buffer(loops::BufferId id) const { return names_.members.buffers[id.index()]; }
    const std::string& scalar(loops::ScalarId id) const { return names_.members.scalars[id.index()]; }

    const loops::Module& module_;
    const Interface& interface_;
    ClassNames names_;
    ModelClass made_;
    std::string wrong_;
};

} // namespace nphys::backend::cpp
