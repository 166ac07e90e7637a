#include "compiler/backend/cpp/model_class.h"

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

std::string joined(const std::string& first, const std::string& second) {
    return first.empty() ? second : second.empty() ? first : first + ": " + second;
}

// `q[2]`, `q[1,2]`: the places of a tensor, counted from 1, last index fastest.
std::string name_at(const std::string& name, const std::vector<std::int64_t>& extents, std::int64_t flat) {
    std::vector<std::int64_t> places(extents.size());
    for (std::size_t axis = extents.size(); axis-- > 0; flat /= extents[axis])
        places[axis] = flat % extents[axis] + 1;
    return extents.empty() ? name : fmt::format("{}[{}]", name, fmt::join(places, ","));
}

Body one(tree::ExpressionPtr expression) {
    return {{tree::Evaluate{std::move(expression)}}};
}
Body result(std::string text) {
    return {{tree::Return{atom(std::move(text))}}};
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
    void define(Function function) { made_.definitions.push_back(std::move(function)); }

    // ---- Parameters
    // ---------------------------------------------------------------------------------------------------------

    void add_parameters() {
        tree::Struct parameters{"", "Parameters", {}};
        for (std::size_t i = 0; i < interface_.parameters.size(); ++i) {
            const Parameter& parameter = interface_.parameters[i];
            parameters.members.push_back({"double", names_.parameters[i], literal(parameter.value),
                                          joined(range_text(parameter), parameter.doc)});
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

    static std::string range_text(const Parameter& parameter) {
        std::string text = parameter.name;
        if (parameter.low && parameter.high)
            text += fmt::format(" in {}..{}", *parameter.low, *parameter.high);
        return text;
    }
    // Written so that it holds for what is not a number, too.
    static std::string outside_range(const Parameter& parameter) {
        std::string text = parameter.low ? fmt::format("!(value >= {})", literal(*parameter.low)) : "";
        if (parameter.high)
            text += (text.empty() ? "" : " || ") + fmt::format("!(value <= {})", literal(*parameter.high));
        return text;
    }
    static std::string name_condition(const std::string& name, const std::string& identifier) {
        const std::string first = fmt::format("name == {}", quoted(name));
        return name == identifier ? first : fmt::format("{} || name == {}", first, quoted(identifier));
    }

    // ---- Construction
    // -------------------------------------------------------------------------------------------------------

    void add_constructors() {
        offer(Function{"", "", "Model", {}, {"Model(Parameters{})"}, "", {}});
        const std::string used = interface_.parameters.empty() ? "[[maybe_unused]] " : "";
        offer(Function{"The state is 0 until initialize().",
                       "explicit",
                       "Model",
                       {used + "const Parameters& parameters", "int threads = 1"},
                       {},
                       "",
                       {}});
        Function constructor{
            "", "", "Model", {used + "const Parameters& parameters", "int threads"}, {"pool_(threads)"}, "", {}};
        for (std::size_t i = 0; i < interface_.parameters.size(); ++i) {
            if (!interface_.parameters[i].slot.valid())
                continue;
            constructor.body.push_back({tree::Assign{atom(scalar(interface_.parameters[i].slot)),
                                                     atom("parameters." + names_.parameters[i])}});
        }
        for (const Data& data : interface_.data) {
            const std::string array = "data::" + names_.members.local_buffers[data.buffer.index()];
            constructor.body.push_back({tree::Evaluate{tree::call(
                "std::copy", {atom(fmt::format("std::begin({})", array)), atom(fmt::format("std::end({})", array)),
                              atom(buffer(data.buffer) + ".data()")})}});
        }
        define(std::move(constructor));
    }

    // ---- Steps
    // --------------------------------------------------------------------------------------------------------------

    void add_steps() {
        say("Running");
        offer(Function{"The state at the start: step 0.", "void", "initialize", {}, {}, "", {}});
        if (interface_.adaptive)
            add_adaptive_step();
        else
            offer(Function{
                "", "void", "step", {"std::int64_t count = 1"}, {}, "", one(tree::call("advance", {atom("count")}))});
        offer(Function{"", "[[nodiscard]] double", "time", {}, {}, " const", result(scalar(module_.time))});
        offer(Function{"", "[[nodiscard]] std::int64_t", "steps_done", {}, {}, " const", result("step_")});
        offer(Function{"", "[[nodiscard]] int", "threads", {}, {}, " const", result("pool_.threads()")});
        const std::string done =
            interface_.adaptive ? fmt::format("{} >= end_time", scalar(module_.time)) : "step_ >= steps";
        const std::string steps = interface_.adaptive ? "std::int64_t" : "std::int64_t steps";
        offer(Function{"Whether a run of so many steps is at its end.",
                       "[[nodiscard]] bool",
                       "is_done",
                       {steps},
                       {},
                       " const",
                       result(done)});
        offer(tree::DataMember{"static constexpr std::int64_t", "default_steps", std::to_string(interface_.steps), ""});
        offer(tree::DataMember{"static constexpr std::int64_t", "default_every", std::to_string(interface_.every), ""});
        if (interface_.adaptive) {
            offer(tree::DataMember{"static constexpr double", "end_time", literal(interface_.adaptive->until), ""});
        }
    }

    void add_adaptive_step() {
        const Adaptive& adaptive = *interface_.adaptive;
        offer(Function{"Steps of controlled error, each as long as the tolerance allows; none beyond end_time.",
                       "void",
                       "step",
                       {"std::int64_t count = 1"},
                       {},
                       "",
                       {}});
        const std::string time = scalar(module_.time);
        Body step = one(tree::call("numeric::adaptive_step",
                                   {atom(time), atom(scalar(module_.step_size)), atom(scalar(adaptive.error)),
                                    atom(literal(adaptive.order)), atom("end_time"), atom("[this] { attempt(); }"),
                                    atom("[this] { accept(); }")}));
        step.push_back({tree::Assign{atom("step_"), atom("step_ + 1")}});
        Body loop = {{tree::If{atom(time + " < end_time"), std::make_shared<Body>(std::move(step))}}};
        define(Function{"",
                        "void",
                        "step",
                        {"std::int64_t count"},
                        {},
                        "",
                        {{tree::For{"n", atom("0"), atom("count"), false, std::make_shared<Body>(std::move(loop))}}}});
    }

    // ---- State and observables
    // ------------------------------------------------------------------------------------------------

    void add_fields() {
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

    void add_number(const StateField& field, const std::string& name, const std::string& type) {
        const std::string place = buffer(field.components.front()) + "[0]";
        offer(Function{joined(field.name, field.doc), "[[nodiscard]] " + type + "&", name, {}, {}, "", result(place)});
        offer(Function{"", "[[nodiscard]] " + type, name, {}, {}, " const", result(place)});
    }

    void add_span(const StateField& field, const std::string& name, const std::string& type) {
        offer(tree::DataMember{fmt::format("static constexpr std::array<std::int64_t, {}>", field.extents.size()),
                               name + "_extents", fmt::format("{{{}}}", fmt::join(field.extents, ", ")), ""});
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
                body.push_back({tree::Declare{fmt::format("{}numeric::Array<{}>* const", constant, type),
                                              "components[]", atom("{" + list + "}")}});
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

    void add_observables() {
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
                offer(
                    Function{comment, "[[nodiscard]] " + type, names_.observables[i], {}, {}, " const", result(place)});
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
                labels.push_back({tree::Evaluate{tree::call(
                    "names.emplace_back", {atom(quoted(name_at(observable.name, observable.extents, flat)))})}});
            }
        }
        all.push_back({tree::Return{atom("all")}});
        labels.push_back({tree::Return{atom("names")}});
        offer(Function{"All of them, one after the other.",
                       "[[nodiscard]] std::vector<double>",
                       "observed",
                       {},
                       {},
                       " const",
                       {}});
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

    void add_output() {
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

    // ---- Functions and data members
    // -------------------------------------------------------------------------------------------

    void add_functions() {
        static const std::vector<std::string> known = {"constants", "initialize", "observe", "advance"};
        add_function("constants", "compute_constants", false);
        add_initialize();
        add_function("observe", "observe", true);
        if (!interface_.adaptive)
            add_function("advance", "advance", false);
        for (const loops::Function& function : module_.functions) {
            const bool is_known = std::find(known.begin(), known.end(), function.name) != known.end();
            if (!is_known)
                add_function(function.name, cpp_identifier(function.name), false);
        }
        Body body = {
            {tree::Assign{atom("step_"), atom("step_ + 1")}},
            {tree::Assign{atom(scalar(module_.time)), tree::binary("+", atom(scalar(module_.start_time)),
                                                                   tree::binary("*", atom("static_cast<double>(step_)"),
                                                                                atom(scalar(module_.step_size))))}}};
        hide(Function{"", "void", "advance_time", {}, {}, "", std::move(body)});
    }

    bool has(const std::string& name) const {
        return std::any_of(module_.functions.begin(), module_.functions.end(),
                           [&](const loops::Function& function) { return function.name == name; });
    }

    Body body_of(const std::string& name, const std::string& argument) {
        for (const loops::Function& function : module_.functions) {
            if (function.name != name)
                continue;
            Names names = names_.members;
            names.argument = argument;
            auto body = translate(module_, function, names);
            if (body)
                return std::move(*body);
            wrong_ = body.error();
        }
        return {};
    }

    void add_function(const std::string& name, const std::string& member, bool is_public) {
        const bool is_advance = name == "advance";
        if (!has(name) && !is_advance && !is_public)
            return;
        const std::vector<std::string> parameters =
            is_advance ? std::vector<std::string>{"[[maybe_unused]] std::int64_t steps"}
                       : std::vector<std::string>{};
        if (!is_public)
            hide(Function{"", "void", member, parameters, {}, "", {}});
        define(Function{"", "void", member, parameters, {}, "", body_of(name, is_advance ? "steps" : "0")});
    }

    void add_initialize() {
        Body body = {{tree::Assign{atom("step_"), atom("0")}},
                     {tree::Assign{atom(scalar(module_.time)), atom(scalar(module_.start_time))}}};
        if (interface_.adaptive)
            body.push_back({tree::Assign{atom(scalar(module_.step_size)), atom(literal(initial_step()))}});
        if (has("constants"))
            body.push_back({tree::Evaluate{tree::call("compute_constants", {})}});
        Body rest = body_of("initialize", "0");
        std::move(rest.begin(), rest.end(), std::back_inserter(body));
        define(Function{"", "void", "initialize", {}, {}, "", std::move(body)});
    }

    double initial_step() const { return module_.scalars[module_.step_size.index()].initial; }

    void add_data() {
        hide(tree::Comment{"Parameters, time, and what follows from them"});
        for (std::size_t i = 0; i < module_.scalars.size(); ++i) {
            const loops::ScalarSlot& slot = module_.scalars[i];
            hide(tree::DataMember{"double", names_.members.scalars[i], literal(slot.initial), slot.origin});
        }
        hide(tree::DataMember{"std::int64_t", "step_", "0", ""});
        hide(tree::Comment{"Arrays"});
        for (std::size_t i = 0; i < module_.buffers.size(); ++i) {
            const loops::Buffer& array = module_.buffers[i];
            hide(tree::DataMember{fmt::format("numeric::Array<{}>", cpp_type(array.type)), names_.members.buffers[i],
                                  fmt::format("numeric::Array<{}>({}, {})", cpp_type(array.type), array.size, i),
                                  array.origin});
        }
        hide(tree::DataMember{"numeric::ThreadPool", "pool_", "", ""});
    }

    const std::string& buffer(loops::BufferId id) const { return names_.members.buffers[id.index()]; }
    const std::string& scalar(loops::ScalarId id) const { return names_.members.scalars[id.index()]; }

    const loops::Module& module_;
    const Interface& interface_;
    ClassNames names_;
    ModelClass made_;
    std::string wrong_;
};

} // namespace

tl::expected<ModelClass, std::string> make_class(const loops::Module& module, const Interface& interface) {
    return ClassMaker(module, interface).make();
}

} // namespace nphys::backend::cpp
