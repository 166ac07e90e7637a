#include "compiler/backend/cpp/class_maker.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

#include "compiler/backend/cpp/identifiers.h"
#include "compiler/backend/cpp/literals.h"

namespace nphys::backend::cpp {

using tree::atom;
using tree::Body;
using tree::Function;

namespace {

std::int64_t count_of(const std::vector<std::int64_t>& extents) {
    return std::accumulate(extents.begin(), extents.end(), std::int64_t{1}, std::multiplies<>());
}

// `q[2]`, `q[1,2]`: the places of a tensor, counted from 1, last index fastest.
std::string name_at(const std::string& name, const std::vector<std::int64_t>& extents, std::int64_t flat) {
    std::vector<std::int64_t> places(extents.size());
    for (std::size_t axis = extents.size(); axis-- > 0; flat /= extents[axis])
        places[axis] = flat % extents[axis] + 1;
    return extents.empty() ? name : fmt::format("{}[{}]", name, fmt::join(places, ","));
}

} // namespace

void ClassMaker::add_fields() {
    if (!interface_.fields.empty())
        say("State: row-major, last axis fastest");
    for (std::size_t i = 0; i < interface_.fields.size(); ++i) {
        const StateField& field = interface_.fields[i];
        if (field.components.empty())
            continue;
        const std::string type(cpp_type(module_.buffers[field.components.front().index()].type));
        if (field.extents.empty() && field.components.size() == 1) {
            add_number(field, names_.fields[i], type);
        } else {
            add_span(field, names_.fields[i], type);
        }
    }
}

void ClassMaker::add_number(const StateField& field, const std::string& name, const std::string& type) {
    const std::string place = buffer(field.components.front()) + "[0]";
    offer(Function{joined(field.name, field.doc), "[[nodiscard]] " + type + "&", name, {}, {}, "", result(place)});
    offer(Function{"", "[[nodiscard]] " + type, name, {}, {}, " const", result(place)});
}

void ClassMaker::add_span(const StateField& field, const std::string& name, const std::string& type) {
    offer(tree::DataMember{fmt::format("static constexpr std::array<std::int64_t, {}>", field.extents.size()),
                           (name.back() == '_' ? name : name + "_") + "extents",
                           fmt::format("{{{}}}", fmt::join(field.extents, ", ")), ""});
    const bool is_one = field.components.size() == 1;
    const std::string comment =
        is_one ? field.name : fmt::format("{}: component 0 to {}", field.name, field.components.size() - 1);
    const std::vector<std::string> parameters =
        is_one ? std::vector<std::string>{} : std::vector<std::string>{"std::size_t component"};
    for (const std::string constant : {"", "const "}) {
        Body body;
        if (is_one) {
            body = result(buffer(field.components.front()) + ".values()");
        } else {
            std::string list;
            for (const loops::BufferId component : field.components)
                list += (list.empty() ? "&" : ", &") + buffer(component);
            body.push_back({tree::Declare{fmt::format("{}numeric::Array<{}>* const", constant, type), "components[]",
                                          atom("{" + list + "}")}});
            body.push_back({tree::Return{atom("components[component]->values()")}});
        }
        offer(Function{constant.empty() ? joined(comment, field.doc) : "",
                       fmt::format("[[nodiscard]] std::span<{}{}>", constant, type),
                       name,
                       parameters,
                       {},
                       constant.empty() ? "" : " const",
                       std::move(body)});
    }
}

void ClassMaker::add_observables() {
    say("Observables, as they were when observe() was called last");
    offer(Function{"", "void", "observe", {}, {}, "", {}});
    Body all = {{tree::Declare{"std::vector<double>", "all", nullptr}}};
    Body labels = {{tree::Declare{"std::vector<std::string>", "names", nullptr}}};
    for (std::size_t i = 0; i < interface_.observables.size(); ++i) {
        const Observable& observable = interface_.observables[i];
        const std::string type(cpp_type(module_.buffers[observable.buffer.index()].type));
        const std::string array = buffer(observable.buffer);
        const std::string comment = joined(observable.name, observable.doc);
        const std::int64_t count = count_of(observable.extents);
        if (observable.extents.empty()) {
            const std::string place = fmt::format("{}[{}]", array, observable.offset);
            offer(Function{comment, "[[nodiscard]] " + type, names_.observables[i], {}, {}, " const", result(place)});
            all.push_back({tree::Evaluate{tree::call("all.push_back", {atom(place)})}});
        } else {
            const std::string part = fmt::format("{}.values().subspan({}, {})", array, observable.offset, count);
            offer(Function{comment,
                           fmt::format("[[nodiscard]] std::span<const {}>", type),
                           names_.observables[i],
                           {},
                           {},
                           " const",
                           result(part)});
            all.push_back(
                {tree::Evaluate{tree::call("numeric::append", {atom("all"), atom(names_.observables[i] + "()")})}});
        }
        for (std::int64_t flat = 0; flat < count; ++flat) {
            labels.push_back({tree::Evaluate{
                tree::call("names.emplace_back", {atom(cpp::quoted(name_at(observable.name, observable.extents, flat)))})}});
        }
    }
    all.push_back({tree::Return{atom("all")}});
    labels.push_back({tree::Return{atom("names")}});
    offer(Function{
        "All of them, one after the other.", "[[nodiscard]] std::vector<double>", "observed", {}, {}, " const", {}});
    define(Function{"", "std::vector<double>", "observed", {}, {}, " const", std::move(all)});
    offer(Function{"What they are called in the model.",
                   "[[nodiscard]] static std::vector<std::string>",
                   "observable_names",
                   {},
                   {},
                   "",
                   {}});
    define(Function{"", "std::vector<std::string>", "observable_names", {}, {}, "", std::move(labels)});
}

void ClassMaker::add_output() {
    Body body;
    for (const StateField& field : interface_.fields) {
        for (const loops::BufferId component : field.components) {
            body.push_back({tree::Evaluate{
                tree::call("numeric::write_raw", {atom("out"), atom(buffer(component) + ".values()")})}});
        }
    }
    const std::string used = body.empty() ? "[[maybe_unused]] " : "";
    offer(Function{"The state as raw numbers, field after field.",
                   "void",
                   "write_state",
                   {used + "std::ostream& out"},
                   {},
                   " const",
                   {}});
    define(Function{"", "void", "write_state", {used + "std::ostream& out"}, {}, " const", std::move(body)});
}

} // namespace nphys::backend::cpp
