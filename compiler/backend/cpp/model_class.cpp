#include "compiler/backend/cpp/class_maker.h"

#include <algorithm>
#include <fmt/format.h>

#include "compiler/backend/cpp/identifiers.h"
#include "compiler/backend/cpp/literals.h"

namespace nphys::backend::cpp {

using tree::atom;
using tree::Body;
using tree::Function;

void ClassMaker::add_parameters() {
    tree::Struct parameters{"", "Parameters", {}};
    for (std::size_t i = 0; i < interface_.parameters.size(); ++i) {
        const Parameter& parameter = interface_.parameters[i];
        parameters.members.push_back(
            {"double", names_.parameters[i], literal(parameter.value), joined(range_text(parameter), parameter.doc)});
    }
    offer(parameters);
    Body body;
    for (std::size_t i = 0; i < interface_.parameters.size(); ++i) {
        const Parameter& parameter = interface_.parameters[i];
        Body set;
        if (const std::string outside = outside_range(parameter); !outside.empty()) {
            set.push_back({tree::If{atom(outside), std::make_shared<Body>(result("false"))}});
        }
        set.push_back({tree::Assign{atom("parameters." + names_.parameters[i]), atom("value")}});
        set.push_back({tree::Return{atom("true")}});
        body.push_back({tree::If{atom(name_condition(parameter.name, names_.parameters[i])),
                                 std::make_shared<Body>(std::move(set))}});
    }
    body.push_back({tree::Return{atom("false")}});
    const std::string used = interface_.parameters.empty() ? "[[maybe_unused]] " : "";
    Function function{"Sets a parameter by its name in the model or here; false if there is none, or the value is "
                      "out of its range.",
                      "bool",
                      "set_parameter",
                      {used + "Parameters& parameters", used + "std::string_view name", used + "double value"},
                      {},
                      "",
                      {}};
    Function declared = function;
    declared.result = "static bool";
    offer(declared);
    function.comment.clear();
    function.body = std::move(body);
    define(std::move(function));
}

std::string ClassMaker::range_text(const Parameter& parameter) {
    std::string text = parameter.name;
    if (parameter.low && parameter.high)
        text += fmt::format(" in {}..{}", *parameter.low, *parameter.high);
    return text;
}

// Written so that it holds for what is not a number, too.
std::string ClassMaker::outside_range(const Parameter& parameter) {
    std::string text = parameter.low ? fmt::format("!(value >= {})", literal(*parameter.low)) : "";
    if (parameter.high)
        text += (text.empty() ? "" : " || ") + fmt::format("!(value <= {})", literal(*parameter.high));
    return text;
}

std::string ClassMaker::name_condition(const std::string& name, const std::string& identifier) {
    const std::string first = fmt::format("name == {}", cpp::quoted(name));
    return name == identifier ? first : fmt::format("{} || name == {}", first, cpp::quoted(identifier));
}

void ClassMaker::add_constructors() {
    offer(Function{"", "", "Model", {}, {"Model(Parameters{})"}, "", {}});
    const std::string used = interface_.parameters.empty() ? "[[maybe_unused]] " : "";
    offer(Function{"The state is 0 until initialize().",
                   "explicit",
                   "Model",
                   {used + "const Parameters& parameters", "int threads = 1"},
                   {},
                   "",
                   {}});
    Function constructor{"", "", "Model", {used + "const Parameters& parameters", "int threads"}, {"pool_(threads)"},
                         "", {}};
    for (std::size_t i = 0; i < interface_.parameters.size(); ++i) {
        if (!interface_.parameters[i].slot.valid())
            continue;
        constructor.body.push_back(
            {tree::Assign{atom(scalar(interface_.parameters[i].slot)), atom("parameters." + names_.parameters[i])}});
    }
    for (const Data& data : interface_.data) {
        const std::string array = "data::" + names_.members.local_buffers[data.buffer.index()];
        constructor.body.push_back({tree::Evaluate{tree::call("std::copy", {atom(fmt::format("std::begin({})", array)),
                                                                            atom(fmt::format("std::end({})", array)),
                                                                            atom(buffer(data.buffer) + ".data()")})}});
    }
    define(std::move(constructor));
}

tl::expected<ModelClass, std::string> make_class(const loops::Module& module, const Interface& interface) {
    return ClassMaker(module, interface).make();
}

} // namespace nphys::backend::cpp
